import { TruekeelError } from '../../../lib/objects/index.ts';
import type { Command } from '../command.ts';

/** What can be imported, and what does it. */
const IMPORTS: Readonly<Record<string, () => Promise<Command>>> = {
  crd: async () => (await import('../import/definitions.ts')).importDefinitions,
  yaml: async () => (await import('../import/manifests.ts')).importManifests,
  namespace: async () => (await import('../import/namespace.ts')).importNamespace,
  flux: async () => (await import('../import/flux.ts')).importFlux,
  helm: async () => (await import('../import/helm.ts')).importHelm,
  argocd: async () => (await import('../import/argo.ts')).importArgo,
};

export const command: Command = async ([what = '', ...args], flags, context) => {
  const load = Object.hasOwn(IMPORTS, what) ? IMPORTS[what] : undefined;
  if (load) return (await load())(args, flags, context);
  throw new TruekeelError(`there is no import of ${JSON.stringify(what)}`, {
    code: 'INVALID_FLAG',
    family: 'usage',
    hint: `It can be ${Object.keys(IMPORTS).join(', ')}: truekeel import --help shows how.`,
  });
};
