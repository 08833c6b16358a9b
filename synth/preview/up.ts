/** Makes a preview, or brings it up to date. Whatever a run that was killed has left, the next one goes on from. */
import { type ApplyEvent, type ApplyResult, applyPlan } from '../../lib/apply/index.ts';
import { type KubeClient, KubeError } from '../../lib/kube/index.ts';
import {
  formatKey,
  gvkOf,
  type PreviewSettings,
  type RenderedApplication,
  type RenderedEnvironment,
  TruekeelError,
} from '../../lib/objects/index.ts';
import { desiredFromRendered, planApplications } from '../../lib/plan/index.ts';
import type { OpenSecret } from '../../lib/sealed/index.ts';
import { type LeftOut, moveToPreview } from './move.ts';
import { ensureNamespace, listPreviews, updateRecord } from './namespaces.ts';
import type { Preview } from './record.ts';
import { PREVIEW_APPROVALS, scopeOf } from './scope.ts';

export interface UpRequest {
  readonly client: KubeClient;
  /** What is shown. */
  readonly environment: RenderedEnvironment;
  /** As the base says: who proposes a change does not say what it may take. */
  readonly settings: PreviewSettings;
  /** The number of the pull request, or a name. */
  readonly name: string;
  readonly pullRequest?: number;
  readonly repository: string;
  readonly head: string;
  readonly owner: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Milliseconds that one object may take to get ready. */
  readonly timeoutMs: number;
  readonly openSecret: OpenSecret;
  readonly signal: AbortSignal;
  /** Told once there is a namespace. */
  readonly onStart?: (preview: Preview) => Promise<void>;
  readonly onEvent?: (event: ApplyEvent) => void;
}

export interface UpOutcome {
  readonly preview: Preview;
  readonly actions: ApplyResult['actions'];
  readonly left: readonly LeftOut[];
  /** What is not as it shall be; the preview has failed then. */
  readonly errors: readonly TruekeelError[];
}

/** @throws TruekeelErrors as `moveToPreview`
 * @throws TruekeelError `PREVIEW_LIMIT` when there are as many as there may be; `PREVIEW_NAMESPACE_TAKEN`, `PREVIEW_GOING`
 * @throws KubeError when the cluster cannot be asked. What is wrong with single objects is in the outcome. */
export async function previewUp(request: UpRequest): Promise<UpOutcome> {
  const { client, environment, settings, name, pullRequest, repository, head, owner, now, signal } = request;
  const { project = '' } = environment;
  const moved = moveToPreview(environment, settings, name);
  const { namespace, urls } = moved;
  await checkRoom(client, project, namespace, settings.max);
  const { applications, left } = await withoutClusterScoped(client, moved.applications);
  let preview = await ensureNamespace(
    client,
    namespace,
    {
      name,
      project,
      environment: environment.name,
      repository,
      ...(pullRequest !== undefined && { pullRequest }),
      head,
      owner,
      urls,
      status: 'starting',
      message: '',
      expires: now + settings.timeToLiveMs,
    },
    settings.podSecurity,
  );
  await request.onStart?.(preview);
  const result = await carryOut(request, namespace, project, applications);
  signal.throwIfAborted();
  const [first] = result.errors;
  preview = await updateRecord(client, preview, {
    status: first ? 'failed' : 'ready',
    message: first ? `${first.key ? `${formatKey(first.key)}: ` : ''}${first.message}` : '',
  });
  return { preview, actions: result.actions, left: [...moved.left, ...left], errors: result.errors };
}

async function checkRoom(client: KubeClient, project: string, namespace: string, max: number): Promise<void> {
  const others = await listPreviews(
    client,
    (preview) => preview.project === project && preview.namespace !== namespace,
  );
  if (others.length < max) return;
  throw new TruekeelError(`there are ${others.length} previews of project ${project}, and ${max} may be`, {
    code: 'PREVIEW_LIMIT',
    family: 'conflict',
    hint: 'Close pull requests that nobody works on, or run: truekeel preview sweep. `max` of the previews says how many there may be.',
  });
}

/** Kinds that others define may be in no namespace, which only the cluster knows; a write of one would be one to what
 * everybody shares. */
async function withoutClusterScoped(
  client: KubeClient,
  applications: readonly RenderedApplication[],
): Promise<{ readonly applications: readonly RenderedApplication[]; readonly left: readonly LeftOut[] }> {
  const because = new Map<string, string | undefined>();
  for (const { object } of applications.flatMap(({ objects }) => objects)) {
    const kind = `${object.apiVersion} ${object.kind}`;
    if (!because.has(kind)) because.set(kind, await reasonToLeave(client, object));
  }
  const reasonOf = ({ object }: RenderedApplication['objects'][number]) =>
    because.get(`${object.apiVersion} ${object.kind}`);
  const left = applications.flatMap(({ objects }) =>
    objects.flatMap((one): readonly LeftOut[] => {
      const reason = reasonOf(one);
      return reason === undefined ? [] : [{ key: one.key, because: reason }];
    }),
  );
  if (left.length === 0) return { applications, left };
  const gone = new Set(left.map(({ key }) => formatKey(key)));
  return {
    applications: applications.map((application) => ({
      ...application,
      objects: application.objects.filter(({ key }) => !gone.has(formatKey(key))),
      edges: application.edges.filter(
        ({ from, to }) => !gone.has(formatKey(from)) && !gone.has(formatKey(to)),
      ),
    })),
    left,
  };
}

async function reasonToLeave(
  client: KubeClient,
  object: { readonly apiVersion: string; readonly kind: string },
): Promise<string | undefined> {
  try {
    const { namespaced } = await client.resource(gvkOf(object));
    return namespaced ? undefined : 'it is in no namespace: previews share it with everybody';
  } catch (error) {
    if (error instanceof KubeError && error.code === 'UNKNOWN_KIND')
      return 'the cluster does not have its kind, and previews bring no definitions';
    throw error;
  }
}

async function carryOut(
  { client, timeoutMs, openSecret, signal, onEvent }: UpRequest,
  namespace: string,
  project: string,
  rendered: readonly RenderedApplication[],
): Promise<Pick<ApplyResult, 'actions' | 'errors'>> {
  const applications = rendered.map(desiredFromRendered);
  const plan = await planApplications({
    client,
    applications,
    scope: scopeOf({ namespace, project }),
    options: { approvals: PREVIEW_APPROVALS, namespace, openSecret },
  });
  for await (const event of applyPlan({
    client,
    plan,
    applications,
    options: { approvals: PREVIEW_APPROVALS, timeoutMs, openSecret, signal },
  })) {
    onEvent?.(event);
    if (event.type !== 'finished') continue;
    const { actions, errors } = event.result;
    return { actions, errors };
  }
  throw new Error('the engine ended without a result');
}
