/** What the JSON results of several verbs, or one in a list of a verb, consist of. */
import { z } from 'zod';

export const Source = z.strictObject({
  file: z.string(),
  line: z.number().int(),
  column: z.number().int().optional(),
});
export const Action = z.enum(['create', 'change', 'replace', 'delete', 'adopt', 'detach', 'none']);
export const Actions = z.strictObject({
  create: z.number().int(),
  change: z.number().int(),
  replace: z.number().int(),
  delete: z.number().int(),
  adopt: z.number().int(),
  detach: z.number().int(),
  none: z.number().int(),
});
export const Requests = z.strictObject({
  total: z.number().int(),
  byVerb: z.record(z.string(), z.number().int()),
});

/** An error: `key` is an object as tables show it, `Deployment.apps web/web`. */
export const ErrorResult = z.strictObject({
  code: z.string(),
  family: z.enum(['error', 'usage', 'validation', 'conflict', 'not-ready', 'plan-changed', 'guard']),
  message: z.string(),
  key: z.string().optional(),
  /** The field of the object: `spec.template.spec.containers[0].image`. */
  field: z.string().optional(),
  constructPath: z.string().optional(),
  source: Source.optional(),
  hint: z.string().optional(),
  /** HTTP status, when an API server said no. */
  status: z.number().int().optional(),
  /** What it found wrong with the object, field by field. */
  causes: z.array(z.strictObject({ path: z.string(), message: z.string() })).optional(),
  /** Fields that other managers hold. */
  conflicts: z
    .array(z.strictObject({ manager: z.string(), path: z.string(), subresource: z.string().optional() }))
    .optional(),
  /** What we may not do. */
  denied: z
    .strictObject({
      user: z.string(),
      verb: z.string(),
      resource: z.string(),
      group: z.string(),
      namespace: z.string().optional(),
    })
    .optional(),
});

/** What is not wrong enough to stop for. */
export const Warnings = z.array(ErrorResult);

export const Target = z.strictObject({
  environment: z.string().optional(),
  cluster: z.strictObject({ server: z.string(), context: z.string() }),
  /** The rendered commit, when it came from a rendered branch. */
  rendered: z.strictObject({ commit: z.string(), source: z.string() }).optional(),
});

/** What was planned against when it was no cluster. */
const PlannedSnapshot = z.strictObject({
  /** ISO 8601. */
  takenAt: z.string(),
  /** What a plan against it cannot know, or should not be believed for. */
  cautions: z.array(z.string()),
});

export const Change = z.strictObject({
  application: z.string(),
  key: z.string(),
  action: Action,
  because: z.string(),
  changes: z.array(
    z.strictObject({
      path: z.string(),
      before: z.unknown().optional(),
      after: z.unknown().optional(),
      manager: z.string().optional(),
    }),
  ),
  effects: z.array(z.strictObject({ kind: z.string(), message: z.string() })),
  conflicts: z.array(z.strictObject({ path: z.string(), manager: z.string(), resolution: z.string() })),
  /** Tools whose fields become ours with the object. */
  takesFieldsOf: z.array(z.string()).optional(),
  /** Of a Secret that is sealed in Git: whether there was a key, and for whom it is sealed. Without a key its values were
   * not compared. */
  seal: z.strictObject({ opened: z.boolean(), recipients: z.array(z.string()) }).optional(),
  /** Digest of what is done with the object; absent where nothing is. */
  outcome: z.string().optional(),
  constructPath: z.string().optional(),
  source: Source.optional(),
});

export const Plan = Target.extend({
  snapshot: PlannedSnapshot.optional(),
  actions: Actions,
  changes: z.array(Change),
  /** Edges that were found and are not kept, since they would close a circle. */
  droppedEdges: z.array(
    z.strictObject({
      from: z.string(),
      to: z.string(),
      until: z.enum(['present', 'ready']),
      circle: z.string(),
    }),
  ),
  refusals: z.array(
    z.strictObject({
      code: z.string(),
      application: z.string(),
      message: z.string(),
      keys: z.array(z.string()),
    }),
  ),
  /** Releases of Helm that list objects of ours. */
  helmReleases: z.array(
    z.strictObject({
      release: z.string(),
      applications: z.array(z.string()),
      resolution: z.enum(['leave', 'take-over']),
    }),
  ),
  errors: z.array(ErrorResult),
  planDigest: z.string(),
  /** Digests of what decides the outcome beside the changes of single objects. */
  planParts: z.strictObject({ order: z.string(), inventories: z.string(), unplanned: z.string() }),
  requests: Requests,
  durationMs: z.number(),
});

export const AdoptedField = z.strictObject({
  application: z.string(),
  key: z.string(),
  field: z.string(),
  /** As rendered and as it is live; absent where it is not there. */
  from: z.unknown().optional(),
  to: z.unknown().optional(),
  /** Absent where somebody removed it: the API server does not keep who. */
  by: z
    .strictObject({
      manager: z.string(),
      operation: z.enum(['Apply', 'Update']),
      subresource: z.string().optional(),
      time: z.string().optional(),
    })
    .optional(),
});
export const OtherChanges = z.array(z.strictObject({ environment: z.string(), key: z.string().optional() }));

/** What keeps an environment where it is, or, with a pin, from getting any further than that source commit. */
export const Held = z.strictObject({
  reverts: z.string().optional(),
  pin: z.string().optional(),
  by: z.string(),
  reason: z.string().optional(),
});

export const Irreversible = z.array(z.strictObject({ key: z.string(), message: z.string() }));

const Applied = Target.extend({
  /** What was done. */
  actions: Actions,
  skipped: z.array(z.strictObject({ key: z.string(), because: z.string() })),
  /** What guards refused and an approval let pass. */
  approvals: z.array(
    z.strictObject({
      code: z.string(),
      application: z.string(),
      keys: z.array(z.string()),
      by: z.string(),
      at: z.string(),
      planDigest: z.string(),
    }),
  ),
  errors: z.array(ErrorResult),
  planDigest: z.string(),
  requests: Requests,
  durationMs: z.number(),
  interrupted: z.boolean(),
});

export const Apply = Applied.extend({
  /** There when the release failed and was taken back. */
  rolledBack: z
    .strictObject({
      commit: z.string(),
      reverts: z.string(),
      to: z.string(),
      pushed: z.boolean(),
      /** What going back does not undo. */
      irreversible: Irreversible,
      /** What became of applying it. */
      applied: Applied.optional(),
      /** Why it was not applied. */
      error: ErrorResult.optional(),
    })
    .optional(),
});

export const Rendered = z.strictObject({
  environment: z.string(),
  branch: z.string(),
  commit: z.string(),
  source: z.string(),
  dirty: z.boolean(),
  /** False when the source commit changes nothing for this environment. */
  created: z.boolean(),
  /** True when the branch is held by a rollback and was not moved. */
  held: z.boolean(),
  pushed: z.boolean(),
  objects: z.number().int(),
});

export const HealthStatus = z.enum([
  'Current',
  'InProgress',
  'Failed',
  'Paused',
  'Terminating',
  'NotFound',
  'Unknown',
]);

export const ImportedConstructs = z.strictObject({
  what: z.literal('crd'),
  language: z.enum(['typescript', 'python', 'java', 'go']),
  out: z.string(),
  /** Kinds, in any number of versions. */
  definitions: z.number().int(),
  /** One for each group; folders where the language is not TypeScript. */
  files: z.array(z.strictObject({ path: z.string(), group: z.string(), constructs: z.array(z.string()) })),
  /** What kept a definition out. */
  errors: z.array(ErrorResult),
  durationMs: z.number(),
});

export const ImportedChart = z.strictObject({
  what: z.literal('helm'),
  /** The directory of charts.lock.json. */
  out: z.string(),
  /** In charts.lock.json. */
  name: z.string(),
  version: z.string(),
  file: z.string(),
  /** The file with the type of its values. */
  types: z.string(),
  digest: z.string(),
  source: z.string(),
  /** How many it makes with its own values. */
  objects: z.number().int().optional(),
  /** What a program would not have of it. */
  left: z.array(z.strictObject({ key: z.string(), because: z.string() })).optional(),
  /** Why it makes none with its own values. */
  problem: z.string().optional(),
  durationMs: z.number(),
});

export const ImportedProgram = z.strictObject({
  what: z.enum(['yaml', 'namespace', 'flux', 'argocd']),
  out: z.string(),
  environments: z.array(z.string()),
  applications: z.array(
    z.strictObject({ environment: z.string(), name: z.string(), objects: z.number().int() }),
  ),
  objects: z.number().int(),
  /** The program was run, and renders the objects that it was made of. */
  same: z.literal(true),
  /** What is not in it. */
  left: z.array(z.strictObject({ key: z.string(), because: z.string() })),
  durationMs: z.number(),
});

export const RenderResult = z.strictObject({
  rendered: z.array(Rendered),
  warnings: Warnings,
  durationMs: z.number(),
});

export const ImageChange = z.strictObject({
  before: z.string(),
  after: z.string(),
  objects: z.array(z.string()),
  /** What they were built from, where the lock file or their tags say it. */
  commits: z
    .strictObject({
      from: z.string(),
      to: z.string(),
      /** Where that is, when it is another repository; then `commits` is empty. */
      repository: z.string().optional(),
      /** Newest first. */
      commits: z.array(z.strictObject({ commit: z.string(), subject: z.string(), author: z.string() })),
      /** There are older ones. */
      more: z.boolean(),
    })
    .optional(),
});

export const ChangelogEntry = z.strictObject({
  commit: z.string(),
  description: z.string(),
  /** As Conventional Commits have it: `feat`. */
  type: z.string().optional(),
  scope: z.string().optional(),
  breaking: z.boolean(),
  pullRequest: z.number().int().optional(),
  authors: z.array(z.string()),
  /** How many commits it stands for. */
  commits: z.number().int(),
});

export const ReviewResult = z.strictObject({
  /** Commits: what the change is to be merged into, and what was looked at. */
  base: z.string(),
  head: z.string(),
  environments: z.array(
    z.strictObject({
      environment: z.string(),
      branch: z.string(),
      /** What it was planned against. */
      cluster: z.strictObject({ server: z.string(), context: z.string() }).optional(),
      /** With `cluster`: that it was not asked, but what it held once. */
      snapshot: PlannedSnapshot.optional(),
      /** Why no cluster was asked: it was held against what the base renders. */
      compared: z.string().optional(),
      /** With `compared`: whether it was planned against that, in an embedded cluster. */
      embedded: z.boolean().optional(),
      /** What approving it approves. */
      approves: z.strictObject({ kind: z.enum(['plan', 'rendered']), digest: z.string() }),
      actions: Actions,
      changes: z.array(Change),
      images: z.array(ImageChange),
      /** What people did since its newest release, the change included; absent where that is not known. */
      work: z
        .strictObject({
          /** Source commit of that release. */
          since: z.string(),
          entries: z.array(ChangelogEntry),
        })
        .optional(),
      refusals: Plan.shape.refusals,
      errors: z.array(ErrorResult),
    }),
  ),
  /** Those of the base that the change takes out of the program; nothing of them is deleted. */
  dropped: z.array(z.strictObject({ environment: z.string(), branch: z.string() })),
  /** Why the change does not render. */
  errors: z.array(ErrorResult),
  newWarnings: Warnings,
  /** How many warnings the base has, too. */
  knownWarnings: z.number().int(),
  posted: z
    .strictObject({
      pullRequest: z.number().int(),
      /** URL of the comment. */
      comment: z.string(),
      kept: z.enum(['created', 'updated', 'unchanged']),
      /** Sent to the forge. */
      requests: z.number().int(),
    })
    .optional(),
  durationMs: z.number(),
});

export const ChangelogEnd = z.strictObject({
  source: z.string(),
  /** Where it is a release. */
  rendered: z.string().optional(),
});

export const PreviewResult = z.strictObject({
  /** The number of its pull request, or its name. */
  name: z.string(),
  namespace: z.string(),
  environment: z.string(),
  /** Of the forge. */
  repository: z.string().optional(),
  pullRequest: z.number().int().optional(),
  /** The commit that it shows; absent for a work tree. */
  head: z.string().optional(),
  owner: z.string(),
  urls: z.array(z.string()),
  status: z.enum(['starting', 'ready', 'failed', 'going']),
  message: z.string(),
  /** ISO 8601. */
  created: z.string(),
  expires: z.string(),
  /** Of `sweep`: why it was removed. */
  because: z.enum(['expired', 'closed']).optional(),
});
