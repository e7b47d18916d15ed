// The public API: what the command line itself uses, typed. A Host stands for the machine; `nodeHost` is the real one.

export { installDependencies, testConnection } from "./pipeline.ts";
