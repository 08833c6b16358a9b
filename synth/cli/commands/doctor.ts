import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readRendered } from '../../../lib/branch/index.ts';
import type { KubeClient } from '../../../lib/kube/index.ts';
import {
  counted,
  type DesiredApplication,
  parseApiVersion,
  TruekeelError,
} from '../../../lib/objects/index.ts';
import { connectTarget } from '../../pipeline/target.ts';
import { version } from '../../version.ts';
import type { Command } from '../command.ts';
import { Exit } from '../exit.ts';
import type { ResultOf } from '../results.ts';
import { clusterOptions, readSettings, type Settings, text } from '../settings.ts';
import { table } from '../table.ts';

type Finding = ResultOf<'doctor'>[number];

/** Verbs that the engine uses on what it owns. */
const VERBS = ['get', 'list', 'watch', 'create', 'patch', 'delete'] as const;
const OLDEST_KUBERNETES = 27;

export const command: Command = async (_args, flags, context) => {
  const settings = await readSettings(flags, context);
  const findings: Finding[] = [
    { check: 'Truekeel', ok: true, found: version() },
    { check: 'Node', ok: true, found: process.version },
    await checkGit(),
    checkRepository(settings),
    ...checkProgram(settings),
  ];
  const environment = text(flags.environment) ?? settings.config.environment;
  const release = await checkBranch(settings, environment, findings);
  await checkCluster(settings, release, findings);

  const { terminal } = context;
  if (flags.output === 'json') terminal.out(JSON.stringify(findings satisfies ResultOf<'doctor'>, null, 2));
  else {
    const rows = findings.map(({ check, ok, found, hint }) => [
      check,
      ok ? terminal.paint('green', 'ok') : terminal.paint('red', 'fault'),
      found,
      hint ?? '',
    ]);
    for (const line of table([['check', 'result', 'found', 'what to do'], ...rows])) terminal.out(line);
  }
  return findings.every((finding) => finding.ok) ? Exit.done : Exit.error;
};

async function checkGit(): Promise<Finding> {
  try {
    const { stdout } = await promisify(execFile)('git', ['--version']);
    return { check: 'Git', ok: true, found: stdout.trim() };
  } catch {
    return { check: 'Git', ok: false, found: 'not found', hint: 'Install git 2.30 or newer.' };
  }
}

function checkRepository({ repository, directory }: Settings): Finding {
  if (repository?.root) return { check: 'repository', ok: true, found: repository.root };
  return {
    check: 'repository',
    ok: false,
    found: `none around ${directory}`,
    hint: 'Run `git init` and commit the program.',
  };
}

function checkProgram({ config, directory, flags }: Settings): Finding[] {
  const program = text(flags.app) ?? config.app ?? 'main.ts';
  const packages = existsSync(join(directory, 'node_modules'));
  return [
    existsSync(join(directory, program))
      ? { check: 'program', ok: true, found: program }
      : {
          check: 'program',
          ok: false,
          found: `no ${program}`,
          hint: 'Give --app FILE, or set `app` in truekeel.config.ts.',
        },
    packages
      ? { check: 'packages', ok: true, found: 'node_modules' }
      : { check: 'packages', ok: false, found: 'not installed', hint: 'Run `npm install`.' },
  ];
}

async function checkBranch(
  { repository }: Settings,
  environment: string | undefined,
  findings: Finding[],
): Promise<Awaited<ReturnType<typeof readRendered>> | undefined> {
  if (!repository || environment === undefined) return undefined;
  try {
    const release = await readRendered(repository, environment);
    findings.push({
      check: `environment ${environment}`,
      ok: true,
      found: `rendered ${release.commit.slice(0, 7)}`,
    });
    return release;
  } catch (error) {
    findings.push(fault(`environment ${environment}`, error));
    return undefined;
  }
}

async function checkCluster(
  settings: Settings,
  release: Awaited<ReturnType<typeof readRendered>> | undefined,
  findings: Finding[],
): Promise<void> {
  let client: KubeClient;
  try {
    client = await connectTarget({
      ...clusterOptions(settings),
      ...(release && { cluster: release.cluster }),
    });
  } catch (error) {
    findings.push(fault('cluster', error));
    return;
  }
  try {
    const { gitVersion } = await client.version();
    const minor = Number(/^v1\.(\d+)/.exec(gitVersion)?.[1] ?? OLDEST_KUBERNETES);
    const where = client.context === '' ? client.server : `${client.context} (${client.server})`;
    findings.push(
      minor >= OLDEST_KUBERNETES
        ? { check: 'cluster', ok: true, found: `${where}, Kubernetes ${gitVersion}` }
        : {
            check: 'cluster',
            ok: false,
            found: `Kubernetes ${gitVersion}`,
            hint: `Use Kubernetes 1.${OLDEST_KUBERNETES} or newer.`,
          },
    );
    findings.push(...(await checkPermissions(client, release?.applications ?? [])));
  } catch (error) {
    findings.push(fault('cluster', error));
  } finally {
    await client.close();
  }
}

/** Asks for each kind and namespace of the rendered commit whether we may do what applying takes. */
async function checkPermissions(
  client: KubeClient,
  applications: readonly DesiredApplication[],
): Promise<Finding[]> {
  const places = new Map<string, { group: string; version: string; kind: string; namespace: string }>();
  places.set('inventory', { group: '', version: 'v1', kind: 'ConfigMap', namespace: '' });
  for (const { apiVersion, key } of applications.flatMap((application) => application.objects)) {
    places.set(`${apiVersion} ${key.kind} ${key.namespace}`, {
      ...parseApiVersion(apiVersion),
      kind: key.kind,
      namespace: key.namespace,
    });
  }
  const answers = await Promise.all(
    [...places.values()].map(async ({ namespace, ...gvk }): Promise<Finding | undefined> => {
      const where = namespace === '' ? '' : ` in ${namespace}`;
      try {
        const resource = await client.resource(gvk);
        const may = await Promise.all(
          VERBS.map((verb) => client.can(verb, resource, namespace === '' ? undefined : namespace)),
        );
        const denied = VERBS.filter((_, index) => !may[index]);
        if (denied.length === 0) return undefined;
        return {
          check: 'permissions',
          ok: false,
          found: `may not ${denied.join(', ')} ${resource.plural}${where}`,
          hint: `Grant a Role${namespace === '' ? ' (ClusterRole)' : ''} with apiGroups ["${resource.group}"], resources ["${resource.plural}"], verbs ${JSON.stringify(denied)}.`,
        };
      } catch (error) {
        return error instanceof TruekeelError && error.code === 'UNKNOWN_KIND'
          ? undefined
          : fault('permissions', error);
      }
    }),
  );
  const denied = answers.filter((answer) => answer !== undefined);
  return denied.length > 0
    ? denied
    : [
        {
          check: 'permissions',
          ok: true,
          found: `${VERBS.join(', ')} on ${counted(places.size, 'kind in its place', 'kinds and places')}`,
        },
      ];
}

function fault(check: string, error: unknown): Finding {
  if (!(error instanceof Error)) return { check, ok: false, found: String(error) };
  return {
    check,
    ok: false,
    found: error.message,
    ...(error instanceof TruekeelError && error.hint !== undefined && { hint: error.hint }),
  };
}
