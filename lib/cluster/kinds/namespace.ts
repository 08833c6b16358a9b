/** Namespaces. */
import type { KindRules } from './rules.ts';

const NAME_LABEL = 'kubernetes.io/metadata.name';

export const namespace: KindRules = {
  nameFormat: 'dns-1123-label',
  setDefaults(object) {
    // A namespace that shall be given a name by the server gets its label in prepareCreate.
    if (object.metadata.name)
      object.metadata.labels = { ...object.metadata.labels, [NAME_LABEL]: object.metadata.name };
  },
  prepareCreate(object) {
    object.spec = {
      ...object.spec,
      finalizers: [...new Set([...(object.spec?.finalizers ?? []), 'kubernetes'])],
    };
    object.status = { phase: 'Active' };
    object.metadata.labels = { ...object.metadata.labels, [NAME_LABEL]: object.metadata.name };
  },
  prepareUpdate(object, old) {
    object.spec = old.spec;
  },
};
