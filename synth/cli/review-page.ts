/** The full page of a review: where it is written, and where people find it. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import { ciRun } from '../../lib/forge/index.ts';
import { TruekeelError } from '../../lib/objects/index.ts';
import type { CommandContext, Flags } from './command.ts';
import { text } from './settings.ts';

export interface ReviewPage {
  /** Absolute path; absent where no page is asked for. */
  readonly file?: string;
  /** Absent where nothing says where it will be. */
  readonly url?: string;
}

/** What `--page` and `--page-url` say, or the CI system, where it keeps the file.
 * @throws TruekeelError `INVALID_FLAG` */
export function reviewPage(flags: Flags, { cwd, env }: CommandContext): ReviewPage {
  const given = text(flags.pageUrl);
  if (given !== undefined && !isWebUrl(given)) {
    throw new TruekeelError(`--page-url takes a URL, not ${JSON.stringify(given)}`, {
      code: 'INVALID_FLAG',
      family: 'usage',
      hint: 'Give the address at which the page of --page will be found: https://…',
    });
  }
  const page = text(flags.page);
  const file = page === undefined ? undefined : resolve(cwd, page);
  const url = given ?? (file && keptUrl(file, env));
  return { ...(file !== undefined && { file }), ...(url !== undefined && { url }) };
}

/** @throws TruekeelError `FILE_UNREADABLE` */
export async function writePage(file: string, content: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  } catch (cause) {
    throw new TruekeelError(`${file} cannot be written`, {
      code: 'FILE_UNREADABLE',
      family: 'usage',
      hint: 'Name a file in a directory that is there, or can be made.',
      cause,
    });
  }
}

/** Where a CI system shows the files that a run keeps (GitLab, "Job artifacts"; Jenkins, `archiveArtifacts`; the Actions of
 * GitHub, which show them packed, on the run's page). */
function keptUrl(file: string, env: CommandContext['env']): string | undefined {
  const run = ciRun(env);
  if (run?.url === undefined) return undefined;
  const below = (root: string | undefined) => {
    const path = root === undefined ? '' : relative(root, file);
    return path === '' || path.startsWith('..')
      ? undefined
      : path.split('/').map(encodeURIComponent).join('/');
  };
  switch (run.system) {
    case 'gitlab-ci': {
      const path = below(env.CI_PROJECT_DIR);
      return path && `${run.url}/artifacts/file/${path}`;
    }
    case 'jenkins': {
      const path = below(env.WORKSPACE);
      return path && `${run.url.replace(/\/+$/, '')}/artifact/${path}`;
    }
    case 'github-actions':
      return `${run.url}#artifacts`;
    default:
      return undefined;
  }
}

function isWebUrl(url: string): boolean {
  const parsed = URL.parse(url);
  return parsed?.protocol === 'https:' || parsed?.protocol === 'http:';
}
