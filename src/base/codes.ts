// The one table of diagnostic codes: what a user can look up, silence (`--warn-error-options`) and what tests name.
// Codes are kebab-case and stable; `title` says in a few words what went wrong, `dbt` the event or exception class
// name that dbt uses for it, so that dbt's warn_error_options keep working.

interface CodeEntry {
  readonly title: string;
  readonly dbt?: string;
}

const table = {
  interrupted: { title: "a signal ended the command" },
  // files and YAML
  "file-unreadable": { title: "a file cannot be read" },
  "yaml-syntax": { title: "a YAML file cannot be read", dbt: "YamlParseError" },
  "yaml-duplicate-key": {
    title: "a key stands twice in one mapping of a YAML file",
    dbt: "DuplicateYAMLKeysDeprecation",
  },
  // project, profiles, flags
  "project-missing": { title: "there is no dbt_project.yml", dbt: "DbtProjectError" },
  "project-key": {
    title: "dbt_project.yml has a key that is not known",
    dbt: "CustomTopLevelKeyDeprecation",
  },
  "project-key-old": {
    title: "dbt_project.yml has a key under its old name",
    dbt: "ConfigDataPathDeprecation",
  },
  "project-value": { title: "a value of dbt_project.yml is missing or wrong", dbt: "DbtProjectError" },
  "project-path": {
    title: "a folder that dbt_project.yml names does not exist",
    dbt: "ConfigSourcePathDeprecation",
  },
  "project-version": { title: "the project asks for another version", dbt: "DbtProjectError" },
  "config-key": { title: "a config has a key that is not known", dbt: "CustomKeyInConfigDeprecation" },
  "config-value": { title: "a config has a value of a wrong type", dbt: "SchemaConfigError" },
  "vars-invalid": { title: "variables are given in a wrong form", dbt: "OptionNotYamlDictError" },
  "selectors-invalid": { title: "selectors.yml is in a wrong form", dbt: "DbtSelectorsError" },
  "flag-key": { title: "flags: of dbt_project.yml has a key that is not known" },
  "flag-value": { title: "a flag has a value of a wrong type", dbt: "DbtUsageException" },
  "flag-dead": { title: "a flag is accepted but has no effect" },
  "profiles-missing": { title: "there is no profiles.yml", dbt: "DbtProfileError" },
  "profile-unknown": { title: "profiles.yml has no such profile", dbt: "DbtProfileError" },
  "target-unknown": { title: "the profile has no such target", dbt: "MissingProfileTarget" },
  "env-var-missing": { title: "an environment variable is not set", dbt: "EnvVarMissingError" },
  // selection
  "selection-invalid": { title: "a term of a selection is in a wrong form", dbt: "InvalidSelectorError" },
  "selection-method": { title: "there is no such method of selection", dbt: "SelectorReportInvalidSelector" },
  "selection-state": { title: "a selection compares with a state that is not there" },
  "state-invalid": { title: "the manifest.json of another run is missing or cannot be read" },
  "docs-missing": { title: "the docs site was not written yet" },
  "docs-serve": { title: "the docs cannot be served" },
  "selection-empty": { title: "a selection matches nothing", dbt: "NoNodesForSelectionCriteria" },
  // template language
  "jinja-syntax": { title: "a template cannot be parsed", dbt: "CompilationError" },
  "jinja-error": { title: "a template failed while it was rendered", dbt: "CompilationError" },
  "jinja-warning": {
    title: "a template warns of something itself (exceptions.warn)",
    dbt: "JinjaLogWarning",
  },
  // adapters
  "adapter-unknown": { title: "a profile names an adapter that does not exist" },
  "adapter-invalid": { title: "a package with an adapter does not keep the contract of adapters" },
  "profile-key": { title: "a target in profiles.yml has a key that its adapter does not know" },
  "profile-value": { title: "a value of a target in profiles.yml is missing or wrong" },
  "source-location": { title: "external_location of a source cannot be formatted" },
  "connection-failed": { title: "the warehouse cannot be opened", dbt: "FailedToConnectError" },
  "file-locked": { title: "another process holds the database file" },
  "seed-cell": { title: "a cell of a seed does not fit the type of its column" },
  "seed-ragged": { title: "a row of a seed has too many or too few cells" },
  "seed-header": { title: "the header of a seed is missing, empty or names a column twice" },
  "seed-encoding": { title: "a seed is not UTF-8" },
  "seed-quote": { title: "a quote in a seed is never closed" },
  // packages
  "key-unknown": { title: "a file has a key that is not known" },
  "packages-missing": {
    title: "packages are asked for but not installed",
    dbt: "UninstalledPackagesFoundError",
  },
  "packages-invalid": { title: "packages.yml asks for something in a wrong form", dbt: "DbtProjectError" },
  "package-not-found": { title: "the hub has no such package", dbt: "PackageNotFoundError" },
  "package-version": {
    title: "no version of a package suits all who ask for it",
    dbt: "PackageVersionNotFoundError",
  },
  "package-duplicate": { title: "two packages have one name", dbt: "DuplicateProjectDependencyError" },
  "package-unpinned": { title: "a git package follows a branch", dbt: "DepsUnpinned" },
  "package-refused": { title: "an archive holds what it must not" },
  "package-checksum": { title: "an archive is not the one that the hub announced" },
  "download-failed": { title: "a download failed" },
  "git-failed": { title: "git failed" },
  // the command line
  "command-unknown": { title: "there is no such command" },
  "option-unknown": { title: "a command has no such option" },
  "option-value": { title: "an option or argument lacks its value, or there is one too many" },
  "warning-unknown": { title: "warn_error_options names a warning that does not exist" },
  "retry-impossible": { title: "there is no earlier run that can be run again" },
  "clean-refused": { title: "clean will not remove a folder" },
  "init-refused": { title: "init will not write over what is there" },
  "system-refused": { title: "the operating system refused something" },
  "warehouse-refused": { title: "the warehouse refused something outside of any node" },
  // parsing
  "properties-invalid": { title: "a properties file is in a wrong form", dbt: "YamlParseDictError" },
  "properties-key": { title: "a properties file has a key that is not known" },
  "properties-unmatched": {
    title: "properties describe something that does not exist",
    dbt: "NoNodeForYamlKey",
  },
  "constraint-invalid": { title: "a constraint is in a wrong form" },
  "contract-invalid": { title: "a contract is in a wrong form" },
  "contract-broken": { title: "a query does not give the columns of its contract", dbt: "ContractError" },
  "duplicate-macro": { title: "two macros of a package have one name", dbt: "DuplicateMacroNameError" },
  "duplicate-resource": {
    title: "two resources of a package have one name",
    dbt: "DuplicateResourceNameError",
  },
  "duplicate-name": {
    title: "two nodes of different types have one name",
    dbt: "DuplicateNameDistinctNodeTypesDeprecation",
  },
  "duplicate-properties": { title: "a resource is described twice", dbt: "DuplicatePatchPathError" },
  "duplicate-relation": { title: "two nodes build one relation", dbt: "AmbiguousAliasError" },
  "ref-not-found": { title: "a ref names nothing that exists", dbt: "TargetNotFoundError" },
  "ref-disabled": { title: "a ref names something that is disabled", dbt: "TargetNotFoundError" },
  "ref-private": { title: "a ref names a model that is not for this node", dbt: "DbtReferenceError" },
  "source-not-found": { title: "a source call names nothing that exists", dbt: "TargetNotFoundError" },
  "function-not-found": { title: "a function call names nothing that exists", dbt: "TargetNotFoundError" },
  "group-not-found": { title: "a node is in a group that does not exist" },
  "config-path-unused": {
    title: "configs in dbt_project.yml apply to nothing",
    dbt: "UnusedResourceConfigPath",
  },
  cycle: { title: "nodes refer to each other in a ring" },
  "doc-not-found": {
    title: "a description names a docs block that does not exist",
    dbt: "DocTargetNotFoundError",
  },
  "test-invalid": { title: "a data test is in a wrong form", dbt: "TestDefinitionDictLengthError" },
  "test-unknown": { title: "there is no such generic test" },
  "unit-test-invalid": { title: "a unit test is in a wrong form" },
  "snapshot-invalid": {
    title: "a snapshot lacks what its strategy needs",
    dbt: "SnapshotMissingConfigError",
  },
  "source-invalid": { title: "a source is in a wrong form" },
  "exposure-invalid": { title: "an exposure is in a wrong form" },
  "access-invalid": {
    title: "a model has an access that it cannot have",
    dbt: "InvalidAccessTypeError",
  },
  "name-spaces": { title: "the name of a node has spaces", dbt: "ResourceNamesWithSpacesDeprecation" },
  "time-spine-invalid": { title: "a time spine names columns that its model lacks" },
  "model-deprecated": { title: "a model is past its deprecation date", dbt: "DeprecatedModel" },
  "ref-deprecated": { title: "a ref names a deprecated model", dbt: "DeprecatedReference" },
  "ref-deprecated-soon": {
    title: "a ref names a model that will be deprecated",
    dbt: "UpcomingReferenceDeprecation",
  },
  "exposure-name": { title: "the name of an exposure has odd letters", dbt: "ExposureNameDeprecation" },
  "version-invalid": { title: "versions of a model are in a wrong form" },
  "materialization-unknown": {
    title: "there is no such materialization",
    dbt: "MissingMaterializationError",
  },
  "var-unknown": { title: "a var that is set nowhere has a near twin, and its default hides that" },
  "incremental-condition": { title: "is_incremental is always true or always false" },
  "null-comparison": { title: "a comparison with null by = or <> is never true" },
  "condition-always-true": { title: "a condition compares a column with itself" },
  "table-by-hand": { title: "a table of the project is read by its name instead of ref or source" },
  "limit-left": { title: "a model ends with a limit, but has no order" },
  "undefined-name": { title: "a template prints or loops over a name that is not defined" },
  "column-unmatched": { title: "properties describe a column that the relation does not have" },
  "key-repeated": { title: "the unique_key of a snapshot stands in several rows" },
  "not-in-nulls": { title: "not in over a query that gives null keeps no row" },
  "name-too-long": { title: "a name is longer than the warehouse takes" },
  "strategy-unknown": { title: "there is no such strategy of an incremental model or snapshot" },
  "semantic-invalid": { title: "a metric, semantic model or saved query is in a wrong form" },
  "function-invalid": { title: "a function is in a wrong form" },
  "file-empty": { title: "a model's file is empty" },
  "lineage-unread": { title: "a query cannot be read for its column lineage" },
  "column-not-found": { title: "a node has no such column", dbt: "DbtUsageException" },
  // running
  "sql-error": { title: "the warehouse refuses a statement", dbt: "DbtDatabaseError" },
  "schema-failed": { title: "a schema cannot be created", dbt: "DbtDatabaseError" },
  "query-comment": { title: "query-comment gives no comment", dbt: "DbtRuntimeError" },
  "python-syntax": { title: "a Python model cannot be parsed", dbt: "ParsingError" },
  "python-model": { title: "a Python model cannot be run", dbt: "CompilationError" },
  "sample-window": { title: "--sample is in a wrong form", dbt: "DbtRuntimeError" },
  "microbatch-config": { title: "a microbatch model lacks what its batches need", dbt: "DbtRuntimeError" },
  "seed-column-types": { title: "column_types of a seed names a column that it does not have" },
  "test-failed": { title: "a data test found rows", dbt: "LogTestResult" },
  "test-warned": { title: "a data test warns", dbt: "LogTestResult" },
  "unit-test-failed": { title: "a unit test got other rows than expected", dbt: "LogTestResult" },
  "unit-test-input": {
    title: "an input of a unit test names nothing that exists",
    dbt: "InvalidUnitTestGivenInput",
  },
  "macro-not-found": { title: "there is no macro to run", dbt: "UndefinedMacroError" },
  "freshness-config": { title: "the freshness of a source cannot be found out", dbt: "DbtRuntimeError" },
  "freshness-stale": { title: "a source is older than it may be", dbt: "LogFreshnessResult" },
  "watermark-invalid": { title: "the watermark of a model cannot be followed" },
  "watermark-null": { title: "rows without a watermark would be lost" },
  "audit-failed": { title: "a node is not published since its new rows failed a test" },
  "node-timeout": { title: "a node took longer than its timeout" },
  "node-unknown": { title: "there is no node of the name that a command was given" },
  "run-unknown": { title: "there is no run of the id that a command was given" },
  "state-unavailable": { title: "the state cannot be kept in the warehouse" },
} as const satisfies Record<string, CodeEntry>;

export type Code = keyof typeof table;

/** All codes with their titles and dbt's names. */
export const codes: Readonly<Record<Code, CodeEntry>> = table;
