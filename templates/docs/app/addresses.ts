// Every view has an address behind the "#", so that it works from a file. Forms: #/ , #/node/<id>, #/node/<id>?column=x,
// #/graph?select=+orders, #/run, #/tables, #/list/<kind>. The addresses of dbt's own docs ("#!/model/<id>") are understood.

export interface Address {
  /** "", "node", "graph" ... */
  readonly page: string;
  /** The id of a node, the kind of a list. */
  readonly subject: string;
  readonly state: Readonly<Record<string, string>>;
}

/** @param hash with its "#", as location.hash */
export function readAddress(hash: string): Address {
  const [path = "", query = ""] = splitOnce(hash.replace(/^#!?\/?/, ""), "?");
  const [page = "", ...rest] = path.split("/");
  const subject = decoded(rest.join("/"));
  const state = Object.fromEntries(new URLSearchParams(query));
  // dbt's: #!/model/model.shop.orders, #!/source/source.shop.raw.orders
  if (/^[a-z_]+$/.test(page) && subject.startsWith(`${page}.`)) return { page: "node", subject, state };
  return { page, subject, state };
}

export function writeAddress(
  page: string,
  subject = "",
  state: Readonly<Record<string, string>> = {},
): string {
  const query = new URLSearchParams(state).toString();
  const path = subject === "" ? page : `${page}/${encodeURIComponent(subject)}`;
  return `#/${path}${query === "" ? "" : `?${query}`}`;
}

/** The address of a node's page. @param column to be shown opened */
export function nodeHref(id: string, column?: string): string {
  return writeAddress("node", id, column === undefined ? {} : { column });
}

function splitOnce(text: string, mark: string): readonly string[] {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
