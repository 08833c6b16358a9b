/** What each room of `lib/` may import of the others: the direction in which data flows. `synth/` may import
 * every room. Checked by `check-imports.ts`. */
export const ROOMS: Readonly<Record<string, readonly string[]>> = {
  objects: [],
  trace: [],
  expressions: ['objects'],
  fields: ['objects'],
  sealed: ['objects'],
  render: ['objects', 'health', 'sealed'],
  constructs: ['objects', 'render', 'policy', 'sealed'],
  helm: ['objects', 'imported', 'render'],
  imported: ['objects', 'schemas', 'render'],
  git: ['objects'],
  forge: ['objects'],
  branch: ['objects', 'git'],
  kube: ['objects'],
  health: ['objects', 'expressions'],
  plan: ['objects', 'trace', 'fields', 'kube', 'health', 'schemas', 'sealed'],
  apply: ['objects', 'trace', 'fields', 'kube', 'health', 'plan', 'sealed'],
  notify: ['objects', 'kube'],
  promotion: ['objects', 'kube'],
  observe: ['objects', 'kube', 'health', 'plan'],
  schemas: ['objects', 'expressions'],
  kinds: ['objects', 'schemas'],
  validate: ['objects', 'schemas', 'render', 'kinds'],
  policy: ['objects', 'expressions', 'render', 'validate'],
  cluster: ['objects', 'fields', 'schemas', 'kinds'],
  import: ['objects', 'expressions', 'imported', 'schemas', 'plan', 'cluster'],
  snapshot: ['objects', 'kube', 'plan', 'cluster'],
  export: ['objects'],
};

/** Doors that are not a room's `index.ts`: large data that most importers of the room do not want to load, and
 * the part of render that the process of a program loads, which shall load nothing else; the part of health that
 * rendering needs; the part of import that knows what a cluster adds, and the part of cluster that fills it in; the part
 * of schemas that imported constructs check values by; the part of imported that loads no cdk8s; what can be said of sealed
 * files without their keys. */
export const SIDE_DOORS: readonly string[] = [
  'lib/cluster/defaults/index.ts',
  'lib/fields/openapi/index.ts',
  'lib/health/expressions/index.ts',
  'lib/policy/admission/index.ts',
  'lib/import/live/index.ts',
  'lib/imported/exact.ts',
  'lib/render/tree/index.ts',
  'lib/schemas/structural/index.ts',
  'lib/sealed/document/index.ts',
];
