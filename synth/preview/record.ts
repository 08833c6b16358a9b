/** What is known of a preview: labels and annotations of its namespace. There is no other record: whoever may see the
 * namespaces of the cluster knows all of it, and a process that dies takes nothing along. */
import type { ObjectMetadata } from '../../lib/objects/index.ts';

type PreviewStatus = 'starting' | 'ready' | 'failed' | 'going';

export interface Preview {
  /** The number of its pull request, or its name. */
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly project: string;
  /** The environment that it is made of. */
  readonly environment: string;
  /** Of the forge, `owner/name`; empty where none was asked. */
  readonly repository: string;
  readonly pullRequest?: number;
  /** The commit that it shows, before it was merged; empty for a work tree. */
  readonly head: string;
  /** Who asked for it. */
  readonly owner: string;
  readonly urls: readonly string[];
  readonly status: PreviewStatus;
  /** For people. */
  readonly message: string;
  /** Milliseconds since 1970. */
  readonly created: number;
  readonly expires: number;
}

/** On the namespace: the name of the preview. */
export const PREVIEW_LABEL = 'truekeel.dev/preview';

const PREFIX = 'preview.truekeel.dev/';
const MARKS = {
  project: `${PREFIX}project`,
  environment: `${PREFIX}environment`,
  repository: `${PREFIX}repository`,
  pullRequest: `${PREFIX}pull-request`,
  head: `${PREFIX}head`,
  owner: `${PREFIX}owner`,
  urls: `${PREFIX}urls`,
  status: `${PREFIX}status`,
  message: `${PREFIX}message`,
  expires: `${PREFIX}expires`,
} as const;

export type PreviewRecord = Omit<Preview, 'namespace' | 'uid' | 'created'>;

/** What annotations of a namespace say. */
export function annotationsOf(record: Partial<PreviewRecord>): Readonly<Record<string, string>> {
  const { project, environment, repository, pullRequest, head, owner, urls, status, message, expires } =
    record;
  const texts: Readonly<Record<keyof typeof MARKS, string | undefined>> = {
    project,
    environment,
    repository,
    pullRequest: pullRequest?.toString(),
    head,
    owner,
    urls: urls?.join(' '),
    status,
    message,
    expires: expires === undefined ? undefined : new Date(expires).toISOString(),
  };
  return Object.fromEntries(
    Object.entries(MARKS).flatMap(([member, annotation]) => {
      // The members of the one are those of the other.
      const text = texts[member as keyof typeof MARKS];
      return text === undefined ? [] : [[annotation, text]];
    }),
  );
}

/** @returns undefined for a namespace that is none of a preview */
export function previewOf({ metadata }: ObjectMetadata): Preview | undefined {
  const { name: namespace, uid = '', labels = {}, annotations = {}, creationTimestamp = '' } = metadata;
  const name = labels[PREVIEW_LABEL];
  if (name === undefined || annotations[MARKS.project] === undefined) return undefined;
  const pullRequest = Number(annotations[MARKS.pullRequest] ?? '');
  const urls = annotations[MARKS.urls] ?? '';
  // What somebody broke by hand has no time left.
  const expires = Date.parse(annotations[MARKS.expires] ?? '') || 0;
  return {
    name,
    namespace,
    uid,
    project: annotations[MARKS.project] ?? '',
    environment: annotations[MARKS.environment] ?? '',
    repository: annotations[MARKS.repository] ?? '',
    ...(pullRequest > 0 && { pullRequest }),
    head: annotations[MARKS.head] ?? '',
    owner: annotations[MARKS.owner] ?? '',
    urls: urls === '' ? [] : urls.split(' '),
    status: metadata.deletionTimestamp === undefined ? statusOf(annotations[MARKS.status]) : 'going',
    message: annotations[MARKS.message] ?? '',
    created: Date.parse(creationTimestamp) || 0,
    expires,
  };
}

function statusOf(text: string | undefined): PreviewStatus {
  return text === 'ready' || text === 'failed' ? text : 'starting';
}
