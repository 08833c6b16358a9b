/** Labels, annotations and the field manager that Truekeel writes. One list, so that no room spells them itself. */
export const FIELD_MANAGER = 'truekeel';

export const Label = {
  /** On every applied object: the application that owns it. */
  application: 'truekeel.dev/application',
  /** KEP-3659: on every member, the id of its inventory. */
  partOf: 'applyset.kubernetes.io/part-of',
  /** KEP-3659: on the inventory object itself. */
  applySetId: 'applyset.kubernetes.io/id',
} as const;

export const Annotation = {
  /** On every applied object: digest of the rendered bytes. */
  digest: 'truekeel.dev/digest',
  /** On applied objects: digest of the entry in managedFields that the apply was to leave. */
  fields: 'truekeel.dev/fields',
  apply: 'truekeel.dev/apply',
  prune: 'truekeel.dev/prune',
  conflicts: 'truekeel.dev/conflicts',
  drift: 'truekeel.dev/drift',
  wait: 'truekeel.dev/wait',
  waitTimeout: 'truekeel.dev/wait-timeout',
  noProgressTimeout: 'truekeel.dev/no-progress-timeout',
  after: 'truekeel.dev/after',
  /** Says why what is wrong with the object by Kubernetes' schemas is let pass. */
  validation: 'truekeel.dev/validation',
  /** On hooks: their place. */
  hook: 'truekeel.dev/hook',
  rerun: 'truekeel.dev/rerun',
  /** On objects of which former versions stay: what they are versions of, and how many stay. */
  versionOf: 'truekeel.dev/version-of',
  keepVersions: 'truekeel.dev/keep-versions',
  /** On a live hook: which run it is. */
  run: 'truekeel.dev/run',
  /** On a live definition, for a moment: when it was written so that the API server looks at it. */
  touched: 'truekeel.dev/touched',
} as const;
