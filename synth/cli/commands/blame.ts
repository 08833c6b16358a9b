import { readRendered } from '../../../lib/branch/index.ts';
import { isoDate } from '../../../lib/git/index.ts';
import type { KubeClient } from '../../../lib/kube/index.ts';
import { formatKey, parseApiVersion, TruekeelError } from '../../../lib/objects/index.ts';
import { hasKubeconfig } from '../../pipeline/kubeconfig.ts';
import { connectTarget } from '../../pipeline/target.ts';
import { type Blame, type BlamedField, blame, type NamedObject } from '../../taking-back/index.ts';
import type { Command, CommandContext } from '../command.ts';
import { Exit } from '../exit.ts';
import { forgeOf } from '../forge.ts';
import { printBlame } from '../print-blame.ts';
import type { ResultOf } from '../results.ts';
import {
  clusterOptions,
  environmentRef,
  readSettings,
  requireEnvironment,
  requireRepository,
  type Settings,
  text,
} from '../settings.ts';

type BlameResult = ResultOf<'blame'>;

export const command: Command = async ([object = '', field], flags, context) => {
  const { terminal } = context;
  const settings = await readSettings(flags, context);
  const repository = requireRepository(settings);
  const environment = environmentRef(settings);
  const release = await readRendered(repository, environment);
  const namespace = text(flags.namespace);
  const asked = await askedCluster(settings, release.cluster);
  const client = 'client' in asked ? asked.client : undefined;
  try {
    const askForge = await forgeAsked(settings, context);
    const found = await blame({
      repository,
      environment,
      release,
      object,
      ...(namespace !== undefined && { namespace }),
      ...(field !== undefined && { field }),
      ...(client && { readLive: (named) => readLive(client, named) }),
      ...(askForge && { askForge }),
    });
    const result: BlameResult = {
      environment: requireEnvironment(settings),
      branch: release.branch,
      ...(client
        ? { cluster: { server: client.server, context: client.context } }
        : { notAsked: 'why' in asked ? asked.why : '' }),
      ...resultOf(found),
    };
    if (flags.output === 'json') terminal.out(JSON.stringify(result, null, 2));
    else for (const line of printBlame(result, terminal.paint)) terminal.out(line);
    return Exit.done;
  } finally {
    await client?.close();
  }
};

type Asked = { readonly client: KubeClient } | { readonly why: string };

/** A cluster that is away takes nothing from what Git knows; one that was named has to answer. */
async function askedCluster(
  settings: Settings,
  cluster: Parameters<typeof connectTarget>[0]['cluster'] & {},
): Promise<Asked> {
  if (settings.flags.offline === true) return { why: '--offline was given' };
  const options = clusterOptions(settings);
  if (options.kubeconfig === undefined && !hasKubeconfig(settings.env))
    return { why: 'there is no kubeconfig' };
  try {
    const client = await connectTarget({ ...options, cluster });
    // A connection is made by the first question.
    await client.version();
    return { client };
  } catch (error) {
    const isNamed =
      text(settings.flags.kubeconfig) !== undefined || text(settings.flags.context) !== undefined;
    if (isNamed || !(error instanceof TruekeelError)) throw error;
    return { why: error.message };
  }
}

async function readLive(client: KubeClient, { key, object }: NamedObject) {
  const resource = await kindOf(client, key, object?.apiVersion);
  return resource && client.get(resource, { namespace: key.namespace, name: key.name });
}

/** Of an object that is no longer rendered the version is not known: any that is served will do. */
async function kindOf(
  client: KubeClient,
  { group, kind }: NamedObject['key'],
  apiVersion: string | undefined,
) {
  if (apiVersion === undefined)
    return (await client.resources()).find((one) => one.group === group && one.kind === kind);
  return client.resource({ ...parseApiVersion(apiVersion), kind }).catch((error: unknown) => {
    if (error instanceof TruekeelError && error.code === 'UNKNOWN_KIND') return undefined;
    throw error;
  });
}

/** Whoever has no token has what merges say of themselves. */
async function forgeAsked(settings: Settings, context: CommandContext) {
  if (settings.flags.offline === true) return undefined;
  try {
    const forge = await forgeOf(settings, context);
    return (commit: string) => forge.pullRequestsOf(commit);
  } catch (error) {
    if (error instanceof TruekeelError) return undefined;
    throw error;
  }
}

function resultOf({ key, application, live, applied, fields }: Blame) {
  return {
    key: formatKey(key),
    ...(application !== undefined && { application }),
    live,
    ...(applied !== undefined && { applied }),
    fields: fields.map(fieldResult),
  };
}

function fieldResult(field: BlamedField): BlameResult['fields'][number] {
  const { path, state, rendered, live, pending, holders, origin, source, written } = field;
  return {
    path,
    state,
    ...(rendered !== undefined && { rendered }),
    ...(live !== undefined && { live }),
    ...(pending && { pending: { ...pending } }),
    holders: holders.map((holder) => ({ ...holder })),
    ...(origin && { changed: changedResult(origin) }),
    ...(source && { source: sourceResult(source) }),
    written: { ...written },
  };
}

function changedResult({ since, before, mayBeOlder }: NonNullable<BlamedField['origin']>) {
  const { commit, file } = since;
  const values = (name: string) =>
    commit.trailers.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value);
  const [plan] = values('truekeel-plan');
  const [reverts] = values('truekeel-reverts');
  return {
    commit: commit.oid,
    subject: commit.subject,
    author: personOf(commit.author),
    date: isoDate(commit.author),
    ...(file && { path: file.path }),
    ...(before !== undefined && { before }),
    ...(plan !== undefined && { plan }),
    approvedBy: values('truekeel-approved-by'),
    ...(reverts !== undefined && { reverts }),
    mayBeOlder,
  };
}

type Source = NonNullable<BlamedField['source']>;

function sourceResult({ commit, details, candidates, pullRequest }: Source) {
  return {
    commit,
    ...(details && commitResult(details)),
    candidates: candidates.map((candidate) => ({ commit: candidate.oid, ...commitResult(candidate) })),
    ...(pullRequest && { pullRequest: { ...pullRequest } }),
  };
}

function commitResult({ subject, author }: NonNullable<Source['details']>) {
  return { subject, author: personOf(author), date: isoDate(author) };
}

function personOf({ name, email }: { readonly name: string; readonly email: string }): string {
  return `${name} <${email}>`;
}
