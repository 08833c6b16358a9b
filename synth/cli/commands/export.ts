import { readRendered } from '../../../lib/branch/index.ts';
import { type Exported, exportArgo, exportFlux, type FollowedBranch } from '../../../lib/export/index.ts';
import {
  type DesiredApplication,
  emitYaml,
  type ObjectKey,
  parseDuration,
  TruekeelError,
} from '../../../lib/objects/index.ts';
import { isSealed } from '../../../lib/sealed/document/index.ts';
import type { Command, Flags } from '../command.ts';
import { Exit } from '../exit.ts';
import type { ResultOf } from '../results.ts';
import { environmentRef, readSettings, requireRepository, text } from '../settings.ts';

type Export = (followed: FollowedBranch, flags: Flags) => Exported;

const EXPORTS: Readonly<Record<string, Export>> = {
  flux: (followed, flags) => {
    const secret = text(flags.secret);
    return exportFlux(followed, {
      namespace: text(flags.namespace) ?? 'flux-system',
      interval: interval(flags),
      ...(secret !== undefined && { secret }),
    });
  },
  argocd: (followed, flags) => {
    const destination = text(flags.destination) ?? 'https://kubernetes.default.svc';
    return exportArgo(followed, {
      namespace: text(flags.namespace) ?? 'argocd',
      argoProject: text(flags.project) ?? 'default',
      destination: destination.includes('://') ? { server: destination } : { name: destination },
      asSet: flags.applicationSet === true,
    });
  },
};

export const command: Command = async ([what = ''], flags, context) => {
  const { terminal } = context;
  const make = Object.hasOwn(EXPORTS, what) ? EXPORTS[what] : undefined;
  if (!make) throw unknown(what);
  const settings = await readSettings(flags, context);
  const release = await readRendered(requireRepository(settings), environmentRef(settings));
  const { environment, project, branch, applications } = release;
  const sealed = (await Promise.all(applications.map(sealedIn))).flat();
  const { objects, left } = make(
    {
      environment,
      branch,
      applications,
      url: repositoryUrl(flags),
      sealed,
      ...(project !== undefined && { project }),
    },
    flags,
  );
  if (flags.output === 'json') {
    const result: ResultOf<'export'> = { what, branch, objects: [...objects], left: [...left] };
    terminal.out(JSON.stringify(result, null, 2));
    return Exit.done;
  }
  terminal.out(objects.map((object) => emitYaml(object).trimEnd()).join('\n---\n'));
  for (const { what: who, because } of left)
    terminal.err(`${terminal.paint('yellow', 'left behind')}  ${who}: ${because}`);
  return Exit.done;
};

async function sealedIn(application: DesiredApplication): Promise<readonly ObjectKey[]> {
  const secrets = application.objects.filter(({ key }) => key.kind === 'Secret' && key.group === '');
  const contents = await application.load(secrets);
  return secrets.flatMap(({ key }, index) => (isSealed(contents[index]!) ? [key] : [])); // in the order asked for
}

function interval(flags: Flags): string {
  const given = text(flags.interval) ?? '1m';
  if ((parseDuration(given) ?? 0) > 0) return given;
  throw invalid('--interval', given, 'Give a duration such as 90s or 10m.');
}

/** @throws TruekeelError `INVALID_FLAG` where it would put a password into the objects */
function repositoryUrl(flags: Flags): string {
  const given = text(flags.url) ?? '';
  const url = URL.parse(given);
  const isShort = /^[^/:\s]+@[^/:\s]+:[^/\s]\S*$/.test(given);
  if (!isShort && (!url || !['https:', 'http:', 'ssh:'].includes(url.protocol)))
    throw invalid('--url', given, 'Give what the cluster can clone: https://…, ssh://… or git@host:path.');
  if (url?.password)
    throw invalid(
      '--url',
      `${url.protocol}//…@${url.host}${url.pathname}`,
      'Leave the password out: it belongs into a Secret of the cluster.',
    );
  return given;
}

function invalid(flag: string, given: string, hint: string): TruekeelError {
  return new TruekeelError(`${flag} cannot be ${JSON.stringify(given)}`, {
    code: 'INVALID_FLAG',
    family: 'usage',
    hint,
  });
}

function unknown(what: string): TruekeelError {
  return new TruekeelError(`there is no export for ${JSON.stringify(what)}`, {
    code: 'INVALID_FLAG',
    family: 'usage',
    hint: `It can be ${Object.keys(EXPORTS).join(', ')}: truekeel export --help shows how.`,
  });
}
