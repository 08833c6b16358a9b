/** The JSON that `-o json` prints, as schemas: what they say is a promise. `docs/schemas/` holds them as JSON Schema. */
import { z } from 'zod';
import {
  Action,
  Actions,
  AdoptedField,
  Apply,
  Change,
  ChangelogEnd,
  ChangelogEntry,
  ErrorResult,
  HealthStatus,
  Held,
  ImageChange,
  ImportedChart,
  ImportedConstructs,
  ImportedProgram,
  Irreversible,
  OtherChanges,
  Plan,
  PreviewResult,
  Rendered,
  RenderResult,
  Requests,
  ReviewResult,
  Source,
  Target,
  Warnings,
} from './result-shapes.ts';

export const Results = {
  synth: z.strictObject({
    out: z.string(),
    environments: z.array(z.string()),
    objects: z.number().int(),
    files: z.number().int(),
    warnings: Warnings,
    /** What environments changed in the objects of their applications. */
    overridden: z.array(
      z.object({
        environment: z.string(),
        application: z.string(),
        key: z.string(),
        path: z.string(),
        before: z.unknown(),
        after: z.unknown(),
        reason: z.string(),
      }),
    ),
    durationMs: z.number(),
  }),
  import: z.discriminatedUnion('what', [ImportedConstructs, ImportedChart, ImportedProgram]),
  export: z.strictObject({
    what: z.string(),
    branch: z.string(),
    objects: z.array(z.looseObject({ apiVersion: z.string(), kind: z.string() })),
    /** What Truekeel would heed, and the other tool will not. */
    left: z.array(z.strictObject({ what: z.string(), because: z.string() })),
  }),
  render: RenderResult,
  plan: Plan,
  review: ReviewResult,
  snapshot: Target.extend({
    file: z.string(),
    bytes: z.number().int(),
    /** ISO 8601. */
    takenAt: z.string(),
    objects: z.number().int(),
    /** Namespaces of which it has everything. */
    namespaces: z.array(z.string()),
    /** What may not be listed, and is not in it. */
    forbidden: z.array(z.strictObject({ kind: z.string(), namespace: z.string().optional() })),
    requests: Requests,
    durationMs: z.number(),
  }),
  ci: z.strictObject({
    system: z.string(),
    action: z.enum(['review', 'render', 'none']),
    /** Why that is what is done. */
    because: z.string(),
    /** What was put right before: history that was fetched. */
    prepared: z.array(z.string()),
    review: ReviewResult.optional(),
    render: RenderResult.optional(),
    durationMs: z.number(),
  }),
  adopt: Target.extend({
    /** The source commit that the edits are for. */
    base: z.string(),
    /** What the edits make as it is live. */
    adopted: z.array(
      AdoptedField.extend({
        edit: z.strictObject({
          /** `override`: an override of the environment, as no literal of the program does it alone. */
          kind: z.enum(['code', 'override']),
          file: z.string(),
          line: z.number().int(),
          /** Places that would have done as well. */
          alternatives: z.array(Source),
          /** What it changes beside the field; only with --shared. */
          others: OtherChanges,
        }),
        /** An edit that was not taken, as it changes more. */
        passedOver: Source.extend({ others: OtherChanges }).optional(),
      }),
    ),
    /** What no edit of the program makes as it is live; the errors say more. */
    unplaced: z.array(AdoptedField),
    /** What is live and was not looked at further. */
    left: z.array(z.strictObject({ key: z.string(), field: z.string().optional(), because: z.string() })),
    /** Unified. */
    diff: z.string(),
    /** Of what the edited program renders for the environment; absent where nothing was to be adopted. */
    digest: z.string().optional(),
    /** Files of the work tree that were edited. */
    written: z.array(z.string()),
    proposed: z
      .strictObject({
        branch: z.string(),
        pullRequest: z
          .strictObject({
            number: z.number().int(),
            url: z.string(),
            commit: z.string(),
            /** `declined`: somebody closed it, and it is not opened again. */
            kept: z.enum(['created', 'updated', 'unchanged', 'declined']),
          })
          .optional(),
        /** Those that have nothing to propose any more. */
        closed: z.array(z.strictObject({ number: z.number().int(), url: z.string() })),
      })
      .optional(),
    errors: z.array(ErrorResult),
    /** How often the program was run. */
    runs: z.number().int(),
    requests: Requests,
    durationMs: z.number(),
  }),
  preview: z.strictObject({
    action: z.enum(['up', 'down', 'list', 'sweep']),
    /** Those that there are now; of `down` and `sweep` those that were removed. */
    previews: z.array(PreviewResult),
    /** Of `up`: what was done. */
    actions: Actions.optional(),
    /** Of `up`: what the preview does not have. */
    left: z.array(z.strictObject({ key: z.string(), because: z.string() })).optional(),
    errors: z.array(ErrorResult),
    durationMs: z.number(),
  }),
  promote: z.strictObject({
    promotions: z.array(
      z.strictObject({
        environment: z.string(),
        branch: z.string(),
        upstreams: z.array(
          z.strictObject({
            environment: z.string(),
            rendered: z.string().optional(),
            source: z.string().optional(),
            ready: z.boolean(),
            why: z.string(),
            /** ISO 8601. */
            since: z.string().optional(),
          }),
        ),
        /** What it has; absent where nothing was rendered to it. */
        current: z.strictObject({ rendered: z.string(), source: z.string() }).optional(),
        hold: Held.optional(),
        state: z.enum(['promoted', 'unchanged', 'open', 'waiting', 'refused', 'held', 'current', 'failed']),
        why: z.string(),
        /** What passes as one, or is to pass next. */
        bundle: z
          .strictObject({
            source: z.string(),
            subject: z.string(),
            /** The rendered commit that brings it; absent where there is none yet. */
            rendered: z.string().optional(),
            from: z.array(z.strictObject({ environment: z.string(), rendered: z.string() })),
            commits: z.array(z.strictObject({ source: z.string(), subject: z.string(), author: z.string() })),
            files: z
              .strictObject({
                added: z.number().int(),
                changed: z.number().int(),
                removed: z.number().int(),
              })
              .optional(),
            images: z.array(
              z.strictObject({
                before: z.string().optional(),
                after: z.string(),
                object: z.string(),
                commits: ImageChange.shape.commits,
              }),
            ),
          })
          .optional(),
        /** Newer source commits that it could not be. */
        passedOver: z.array(
          z.strictObject({
            source: z.string(),
            why: z.enum(['not-upstream', 'taken-back', 'beyond-pin', 'not-ready-in-time']),
          }),
        ),
        gates: z.array(
          z.strictObject({
            type: z.string(),
            state: z.enum(['passed', 'waiting', 'failed']),
            why: z.string(),
            since: z.string().optional(),
            until: z.string().optional(),
          }),
        ),
        pullRequest: z
          .strictObject({
            number: z.number().int(),
            url: z.string(),
            kept: z.enum(['created', 'updated', 'unchanged']),
          })
          .optional(),
        error: ErrorResult.optional(),
      }),
    ),
    /** What became of --hold, --pin or --release. */
    held: z
      .strictObject({
        environment: z.string(),
        branch: z.string(),
        commit: z.string(),
        /** False where it was so already. */
        changed: z.boolean(),
        /** Absent where nothing holds it any more. */
        hold: Held.optional(),
        pushed: z.boolean(),
      })
      .optional(),
    durationMs: z.number(),
  }),
  apply: Apply,
  sync: z.strictObject({
    rendered: z.array(Rendered),
    warnings: Warnings,
    applied: z.array(Apply),
    durationMs: z.number(),
  }),
  status: Target.extend({
    ready: z.boolean(),
    drifted: z.boolean(),
    objects: z.array(
      z.strictObject({
        application: z.string(),
        key: z.string(),
        /** What apply would do. */
        action: Action,
        because: z.string(),
        health: HealthStatus,
        message: z.string(),
        source: Source.optional(),
      }),
    ),
    errors: z.array(ErrorResult),
    requests: Requests,
    durationMs: z.number(),
  }),
  diff: z.union([
    Plan,
    z.strictObject({
      from: z.string(),
      to: z.string(),
      changes: z.array(
        z.strictObject({
          key: z.string(),
          action: z.enum(['create', 'change', 'delete']),
          changes: Change.shape.changes,
        }),
      ),
    }),
  ]),
  blame: z.strictObject({
    environment: z.string(),
    branch: z.string(),
    key: z.string(),
    /** Absent where the newest release does not have the object. */
    application: z.string().optional(),
    cluster: z.strictObject({ server: z.string(), context: z.string() }).optional(),
    /** Why no cluster was asked. */
    notAsked: z.string().optional(),
    live: z.enum(['found', 'absent', 'not asked']),
    /** The rendered commit whose object is live. */
    applied: z.string().optional(),
    fields: z.array(
      z.strictObject({
        /** Empty for an object that is no longer rendered. */
        path: z.string(),
        /** `held`: Truekeel holds it. `same`: it does not, and the value is the rendered one. `drifted`: somebody else changed
         * it. `theirs`: it is not rendered. `rendered`: no live object was looked at. */
        state: z.enum(['held', 'same', 'drifted', 'theirs', 'rendered']),
        rendered: z.unknown().optional(),
        live: z.unknown().optional(),
        /** What the newest release has instead, where it is not applied; no value: nothing. */
        pending: z.strictObject({ value: z.unknown().optional() }).optional(),
        holders: z.array(
          z.strictObject({
            manager: z.string(),
            operation: z.enum(['Apply', 'Update']),
            subresource: z.string().optional(),
            time: z.string().optional(),
            isOurs: z.boolean(),
          }),
        ),
        /** The rendered commit since which it has this value. */
        changed: z
          .strictObject({
            commit: z.string(),
            subject: z.string(),
            author: z.string(),
            date: z.string(),
            /** Of the file; absent where the commit took the object away. */
            path: z.string().optional(),
            before: z.unknown().optional(),
            plan: z.string().optional(),
            approvedBy: z.array(z.string()),
            /** The commit is a rollback, of this one. */
            reverts: z.string().optional(),
            /** The clone has no older commits. */
            mayBeOlder: z.boolean(),
          })
          .optional(),
        /** What it was rendered from. */
        source: z
          .strictObject({
            commit: z.string(),
            subject: z.string().optional(),
            author: z.string().optional(),
            date: z.string().optional(),
            /** Where several commits were rendered together: those that changed the file. */
            candidates: z.array(
              z.strictObject({
                commit: z.string(),
                subject: z.string(),
                author: z.string(),
                date: z.string(),
              }),
            ),
            pullRequest: z
              .strictObject({
                number: z.number().int(),
                url: z.string().optional(),
                title: z.string().optional(),
              })
              .optional(),
          })
          .optional(),
        /** In the program, as of the source commit. */
        written: z.strictObject({
          constructPath: z.string().optional(),
          file: z.string().optional(),
          line: z.number().int().optional(),
          /** Why the environment changed what its application had made. */
          overridden: z.string().optional(),
        }),
      }),
    ),
  }),
  history: z.array(
    z.strictObject({
      commit: z.string(),
      source: z.string(),
      author: z.string(),
      date: z.string(),
      subject: z.string(),
      /** The rendered commit that it took back, and the one whose tree it has. */
      reverts: z.string().optional(),
      restores: z.string().optional(),
      /** The one application that went back. */
      application: z.string().optional(),
      digest: z.string(),
      current: z.boolean(),
      held: z.boolean(),
      /** The plan that was approved with it, by whom, and for a rollback where. */
      plan: z.string().optional(),
      approvedBy: z.array(z.string()),
      pullRequest: z.string().optional(),
      /** What came of applying it, oldest first. */
      runs: z.array(
        z.strictObject({
          /** `refused`: by a guard, or since another plan was approved; nothing was written. */
          outcome: z.enum(['applied', 'failed', 'refused', 'interrupted']),
          /** When it ended. */
          at: z.string(),
          durationMs: z.number(),
          by: z.string(),
          /** URL of the API server. */
          cluster: z.string(),
          plan: z.string().optional(),
          /** Objects that were written. */
          changed: z.number().int(),
          errors: z.array(z.strictObject({ code: z.string(), key: z.string().optional() })),
          /** How many there were, also those that are not kept. */
          errorCount: z.number().int(),
          /** What guards would have refused, and who let it pass; who approved the plan. */
          approvals: z.array(z.strictObject({ code: z.string(), by: z.string() })),
          /** How often in a row it ended so. */
          times: z.number().int(),
        }),
      ),
    }),
  ),
  changelog: z.strictObject({
    environment: z.string(),
    /** Absent where there was nothing before. */
    from: ChangelogEnd.optional(),
    to: ChangelogEnd,
    /** Newest first: pull requests, and commits that came without one. */
    entries: z.array(ChangelogEntry),
    /** What `from` has and `to` does not. */
    takenBack: z.array(ChangelogEntry),
    images: z.array(ImageChange),
    /** False where there are more commits than are looked at, or a shallow clone does not have them. */
    complete: z.boolean(),
  }),
  rollback: z.strictObject({
    environment: z.string(),
    branch: z.string(),
    commit: z.string(),
    reverts: z.string().optional(),
    to: z.string().optional(),
    /** The one that goes back, where the others stay as they are. */
    application: z.string().optional(),
    /** False where it is only proposed, or was released. */
    held: z.boolean(),
    pushed: z.boolean(),
    /** What going back does not undo. */
    irreversible: Irreversible.optional(),
    /** With `--finish`: who approved it, and the plan that they approved. */
    approvedBy: z.array(z.string()).optional(),
    plan: z.string().optional(),
    /** Where it was proposed, and `branch` and `commit` are those of the proposal; or with `--finish`, where it was approved. */
    pullRequest: z
      .strictObject({
        number: z.number().int(),
        url: z.string(),
        kept: z.enum(['created', 'updated', 'unchanged']).optional(),
        /** URL of the comment that has the plan. */
        comment: z.string().optional(),
      })
      .optional(),
  }),
  /** Of `seal`, `rotate` and `edit`. */
  secret: z.array(
    z.strictObject({
      file: z.string(),
      recipients: z.array(z.string()),
      keys: z.array(z.string()).optional(),
      /** Of `rotate` and `edit`. `new key`: all values were sealed anew; `values`: those that were edited. */
      change: z.enum(['none', 'recipients', 'new key', 'values']).optional(),
    }),
  ),
  health: z.array(z.strictObject({ key: z.string(), status: HealthStatus, message: z.string() })),
  verify: z.strictObject({
    environment: z.string(),
    commit: z.string(),
    source: z.string(),
    matches: z.boolean(),
    /** Who signed the commits, as far as the configuration or a flag asks for signatures; absent where it asks for none. */
    signedBy: z.strictObject({ rendered: z.string().optional(), source: z.string().optional() }).optional(),
    /** The note that says what it was made of; absent where there is none. `signedBy`: where it was asked for. */
    provenance: z.strictObject({ signedBy: z.string().optional() }).optional(),
    differences: z.array(
      z.strictObject({ path: z.string(), change: z.enum(['missing', 'extra', 'different']) }),
    ),
  }),
  doctor: z.array(
    z.strictObject({ check: z.string(), ok: z.boolean(), found: z.string(), hint: z.string().optional() }),
  ),
  /** One line each: what a save made of the program, and what came of applying it. */
  dev: z.discriminatedUnion('event', [
    z.strictObject({
      event: z.literal('rendered'),
      round: z.number().int(),
      /** Relative to the root of the repository. */
      saved: z.array(z.string()),
      environment: z.string(),
      objects: z.number().int(),
      changes: z.array(
        z.strictObject({
          application: z.string(),
          key: z.string(),
          action: z.enum(['create', 'change', 'delete']),
          changes: Change.shape.changes,
          source: Source.optional(),
        }),
      ),
      /** Those that the last good render did not have. */
      warnings: z.array(ErrorResult),
      /** From the save on. */
      durationMs: z.number(),
    }),
    z.strictObject({
      event: z.literal('failed'),
      round: z.number().int(),
      saved: z.array(z.string()),
      errors: z.array(ErrorResult),
      durationMs: z.number(),
    }),
    z.strictObject({
      event: z.literal('applied'),
      round: z.number().int(),
      actions: Actions,
      errors: z.array(ErrorResult),
      durationMs: z.number(),
    }),
  ]),
  cluster: z.strictObject({ server: z.string(), kubeconfig: z.string(), pid: z.number().int() }),
  /** What every verb prints when it could not do its work at all. */
  failure: z.strictObject({ errors: z.array(ErrorResult) }),
} as const;

export type ResultOf<Verb extends keyof typeof Results> = z.infer<(typeof Results)[Verb]>;
