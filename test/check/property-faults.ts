// Mistakes in what properties say of a model's columns: names that the query does not give, types that it does not have.

interface Column {
  readonly name: string;
  readonly type: string;
}

export interface PropertyFault {
  readonly kind: string;
  /** The text of the properties file, for a model of a name. */
  properties(model: string): string;
}

/** @param catalog the text of catalog.json, which knows the true columns of the model */
export function propertyFaults(model: string, catalog: string): PropertyFault[] {
  const columns = columnsOf(model, catalog);
  return columns.flatMap((column, i) => {
    const others = columns.filter((one) => one !== column);
    const wrong = { ...column, name: `${column.name}_x` };
    const type = column.type === "VARCHAR" ? "INTEGER" : "VARCHAR";
    const faults: readonly PropertyFault[] = [
      {
        kind: "contract type",
        properties: (name) => contract(name, replaced(columns, i, { ...column, type })),
      },
      { kind: "contract column", properties: (name) => contract(name, replaced(columns, i, wrong)) },
      { kind: "contract lacks", properties: (name) => contract(name, others) },
      { kind: "contract kept", properties: (name) => contract(name, columns) },
      {
        kind: "test",
        properties: (name) => withColumn(name, `{name: "${wrong.name}", data_tests: [not_null]}`),
      },
      {
        kind: "description",
        properties: (name) => withColumn(name, `{name: "${wrong.name}", description: x}`),
      },
    ];
    return faults.filter(({ kind }) => others.length > 0 || kind !== "contract lacks");
  });
}

function columnsOf(model: string, catalog: string): Column[] {
  const nodes: Readonly<
    Record<string, { readonly columns: Readonly<Record<string, Column & { readonly index: number }>> }>
  > = JSON.parse(catalog).nodes;
  const found = Object.entries(nodes).find(([id]) => /^model\./.test(id) && id.endsWith(`.${model}`));
  return Object.values(found?.[1].columns ?? {}).sort((a, b) => a.index - b.index);
}

function replaced(columns: readonly Column[], at: number, by: Column): Column[] {
  return columns.map((column, i) => (i === at ? by : column));
}

function contract(model: string, columns: readonly Column[]): string {
  const lines = columns.map(
    ({ name, type }) => `      - {name: "${name}", data_type: ${JSON.stringify(type)}}`,
  );
  return `models:\n  - name: ${model}\n    config: {contract: {enforced: true}}\n    columns:\n${lines.join("\n")}\n`;
}

function withColumn(model: string, column: string): string {
  return `models:\n  - name: ${model}\n    columns: [${column}]\n`;
}
