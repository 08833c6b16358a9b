/** Tells a pull request of its preview: one comment that is kept up to date, and the status `truekeel/preview` of its head.
 * Done again, it changes nothing. */
import { type Forge, keepComment, keepStatus, type StatusState } from '../../lib/forge/index.ts';
import { formatKey, type TruekeelError } from '../../lib/objects/index.ts';
import { code, plain } from '../review/markdown.ts';
import type { LeftOut } from './move.ts';
import type { Preview } from './record.ts';

export const PREVIEW_CONTEXT = 'truekeel/preview';

export interface PreviewNews {
  readonly preview: Preview;
  readonly left?: readonly LeftOut[];
  readonly errors?: readonly TruekeelError[];
}

interface Telling {
  readonly forge: Forge;
  readonly number: number;
  readonly head: string;
  /** Tells previews of several programs apart. */
  readonly program: string;
}

/** @returns the URL of the comment
 * @throws ForgeError */
export async function tellPreview(telling: Telling, news: PreviewNews): Promise<string> {
  const { preview } = news;
  const comment = await say(telling, previewText(news));
  const [url = comment] = preview.urls;
  await keepStatus(telling.forge, telling.head, { ...STATES[preview.status], context: PREVIEW_CONTEXT, url });
  return comment;
}

/** There is none, and why. @throws ForgeError */
export async function tellNoPreview(telling: Telling, error: TruekeelError): Promise<string> {
  const comment = await say(telling, ['**There is no preview.**', '', ...errorLines([error])]);
  const status = { state: 'failure', description: `no preview: ${error.code}` } as const;
  await keepStatus(telling.forge, telling.head, { ...status, context: PREVIEW_CONTEXT, url: comment });
  return comment;
}

/** It was taken away. The comment that told of it says so, and the status of what it showed. @throws ForgeError */
export async function tellGone(telling: Telling, why: string): Promise<string> {
  const comment = await say(telling, [`The preview was removed: ${why}.`]);
  const status = { state: 'success', description: `removed: ${why}` } as const;
  await keepStatus(telling.forge, telling.head, { ...status, context: PREVIEW_CONTEXT, url: comment });
  return comment;
}

/** Something about it that is no preview yet. @throws ForgeError */
export async function tellOfFork(telling: Telling): Promise<string> {
  return say(telling, [
    'This comes from another repository, so that nothing of it runs by itself. Somebody who may ask for previews can have one',
    `of exactly this commit, after a look at it: ${code(`/preview ${telling.head.slice(0, 12)}`)}`,
  ]);
}

async function say(
  { forge, number, program }: Omit<Telling, 'head'>,
  lines: readonly string[],
): Promise<string> {
  const body = ['### Truekeel preview', '', ...lines].join('\n').slice(0, forge.limits.comment - MARKER_ROOM);
  const { comment } = await keepComment(forge, number, { subject: `preview ${program}`, body });
  return comment.url;
}

/** Left for the line by which the comment is found again. */
const MARKER_ROOM = 500;

const STATES: Readonly<
  Record<Preview['status'], { readonly state: StatusState; readonly description: string }>
> = {
  starting: { state: 'pending', description: 'being made' },
  ready: { state: 'success', description: 'ready' },
  failed: { state: 'failure', description: 'not ready: the comment says why' },
  going: { state: 'pending', description: 'being removed' },
};

const WORDS: Readonly<Record<Preview['status'], string>> = {
  starting: 'Being made.',
  ready: '**Ready.**',
  failed: '**Not ready.**',
  going: 'Being removed.',
};

const MOST_LINES = 50;

function previewText({ preview, left = [], errors = [] }: PreviewNews): readonly string[] {
  const { status, urls, head, namespace, expires, owner, environment } = preview;
  return [
    [WORDS[status], ...urls.map((url) => `<${encodeURI(url)}>`)].join(' '),
    '',
    [
      `${code(head.slice(0, 12))} as it is once merged`,
      `environment ${code(environment)}`,
      `namespace ${code(namespace)}`,
      `until ${new Date(expires).toISOString().slice(0, 16).replace('T', ' ')} UTC`,
      `asked for by ${plain(owner)}`,
    ].join(' · '),
    ...(errors.length > 0 ? ['', ...errorLines(errors)] : []),
    ...(left.length > 0 ? ['', ...leftLines(left)] : []),
  ];
}

function errorLines(errors: readonly TruekeelError[]): readonly string[] {
  return errors.slice(0, MOST_LINES).map((error) => {
    const { key, source, message, hint } = error;
    const where = [key && code(formatKey(key)), source && code(`${source.file}:${source.line}`)].filter(
      Boolean,
    );
    const words = [plain(message), ...(hint === undefined ? [] : [plain(hint)])].join(' ');
    return `- ${[code(error.code), ...where].join(' ')}: ${words}`;
  });
}

function leftLines(left: readonly LeftOut[]): readonly string[] {
  return [
    `<details><summary>${left.length} left out</summary>`,
    '',
    ...left.slice(0, MOST_LINES).map(({ key, because }) => `- ${code(formatKey(key))}: ${plain(because)}`),
    '',
    '</details>',
  ];
}
