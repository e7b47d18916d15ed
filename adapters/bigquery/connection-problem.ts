// Why the warehouse cannot be opened, as a message with the key of the profile that is to blame and what to do about it.

import { type ConnectionProblem, connectionFailed } from "../../src/adapter/connection-failed.ts";
import { EtlError } from "../../src/base/diagnostic.ts";
import type { BigQueryCredentials } from "./credentials.ts";
import { Cancelled, isNetworkError, Refusal } from "./failures.ts";
import { IdentityRefused } from "./federated-login.ts";

/** @returns an EtlError(connection-failed); what is one already is given back */
export function connectionProblem(error: unknown, credentials: BigQueryCredentials): unknown {
  if (error instanceof EtlError || !(error instanceof Error)) return error;
  return connectionFailed(describe(error, credentials), credentials, error);
}

function describe(error: Error, credentials: BigQueryCredentials): ConnectionProblem {
  const { database, endpoint } = credentials;
  const where = endpoint ?? "BigQuery";
  if (error instanceof Cancelled) return { key: "type", message: `the wait for ${where} was interrupted` };
  if (error instanceof IdentityRefused)
    return { key: "token_endpoint", message: error.message, help: error.help };
  if (error instanceof Refusal) return refused(error, credentials);
  const [words = ""] = error.message.split("\n");
  if (isNetworkError(error))
    return {
      key: ["api_endpoint", "type"],
      message: `${where} does not answer: ${networkWords(words)}`,
      help:
        endpoint === undefined
          ? "is there a network, and does a proxy or firewall let you through? HTTPS_PROXY names a proxy"
          : "correct api_endpoint, or start what answers there",
    };
  return loginProblem(words, error, credentials, database);
}

/** What the network said, without the address once more. */
function networkWords(words: string): string {
  if (/ECONNREFUSED/.test(words)) return "the connection is refused";
  if (/ENOTFOUND|EAI_AGAIN/.test(words)) return "its name is not known here";
  return words;
}

function loginProblem(
  words: string,
  error: Error,
  credentials: BigQueryCredentials,
  project: string,
): ConnectionProblem {
  const key = ["workload_pool_provider_path", "keyfile", "keyfile_json", "refresh_token", "token", "method"];
  if (/default credentials/i.test(words))
    return {
      key: "method",
      message: "nobody is logged in on this machine",
      help: "run: gcloud auth application-default login, or set GOOGLE_APPLICATION_CREDENTIALS to a key file",
    };
  if (
    /invalid_grant|invalid_client|unauthorized_client|invalid_request/i.test(`${words} ${detailOf(error)}`)
  ) {
    const help: Readonly<Record<BigQueryCredentials["login"]["kind"], string>> = {
      default: "log in again: gcloud auth application-default login",
      key: "the key was deleted, or the clock of this machine is wrong: make a new key of the service account",
      refresh: "the refresh token has expired or was taken back, or is another client's: fetch a new one",
      token: "fetch a new token",
      federated:
        "the pool does not take this identity: correct workload_pool_provider_path, or the issuer and audience of the provider",
    };
    return {
      key,
      message: `the login is refused: ${detailOf(error) || words}`,
      help: help[credentials.login.kind],
    };
  }
  if (
    credentials.impersonated !== undefined &&
    /impersonat|iamcredentials|generateAccessToken/i.test(`${words} ${error.stack}`)
  )
    return {
      key: "impersonate_service_account",
      message: `nobody may act as ${credentials.impersonated}: ${words}`,
      help: "the login needs the role Service Account Token Creator on it",
    };
  return { key, message: `the login to project "${project}" fails: ${words}` };
}

/** Google's answer to a login: "invalid_grant: Token has been expired or revoked." */
function detailOf(error: Error): string {
  const data = (error as { readonly response?: { readonly data?: unknown } }).response?.data;
  if (typeof data !== "object" || data === null) return "";
  const { error: code, error_description: words } = data as Readonly<Record<string, unknown>>;
  return [code, words].filter((part) => typeof part === "string").join(": ");
}

function refused({ status, proto, message }: Refusal, credentials: BigQueryCredentials): ConnectionProblem {
  const { database, executionProject, login } = credentials;
  const projectKeys =
    database === executionProject ? ["project", "database"] : ["execution_project", "project", "database"];
  if (status === 401)
    return {
      key: login.kind === "token" ? "token" : "method",
      message: `the login is not taken: ${message}`,
      help: login.kind === "token" ? "the token has expired: fetch a new one" : "log in again",
    };
  if (proto.reason === "accessNotConfigured" || /API has not been used|is disabled/i.test(message))
    return { key: projectKeys, message, help: "enable the BigQuery API in this project" };
  if (proto.reason === "billingNotEnabled")
    return { key: projectKeys, message, help: "link the project to a billing account" };
  if (status === 403)
    return {
      key: projectKeys,
      message: `access to project "${database}" is denied: ${message}`,
      help: "ask for the roles BigQuery Job User on the execution project and BigQuery Data Editor on the datasets",
    };
  if (status === 404)
    return {
      key: projectKeys,
      message: `there is no project "${database}": ${message}`,
      help: "write its id, not its name",
    };
  if (status === 400)
    return { key: projectKeys, message, help: "correct project and dataset: ids, without backticks" };
  return {
    key: ["api_endpoint", "type"],
    message: `BigQuery answers with HTTP status ${status}: ${message}`,
    help: "try again in a moment",
  };
}
