import { basename, dirname, resolve } from 'node:path';
import { type DevProgram, develop, openDevCluster } from '../../dev/index.ts';
import type { Command, CommandContext, Flags } from '../command.ts';
import { CONFIG_NAMES } from '../config-names.ts';
import { Exit } from '../exit.ts';
import { devResult, printDev } from '../print-dev.ts';
import { openSecrets, programLimits, readSettings, text, timeoutMs } from '../settings.ts';

export const command: Command = async (_args, flags, context) => {
  const { terminal, signal, env, cwd } = context;
  const settings = await readSettings(flags, context);
  const kubeconfig = text(flags.kubeconfig);
  const cluster = await openDevCluster(
    {
      kubeconfig: kubeconfig === undefined ? undefined : resolve(cwd, kubeconfig),
      context: text(flags.context),
    },
    env,
  );
  try {
    if (flags.output !== 'json') {
      const { client, isThrowaway } = cluster;
      const name = client.context === '' ? client.server : `${client.context} (${client.server})`;
      terminal.out(
        `${terminal.paint('bold', 'dev')} · ${isThrowaway ? 'embedded cluster, gone at the end' : `cluster ${name}`} · Ctrl-C ends it`,
      );
    }
    await develop({
      readProgram: () => readProgram(flags, context),
      isConfiguration: (path) => CONFIG_NAMES.includes(basename(path)),
      cluster,
      timeoutMs: timeoutMs(settings),
      openSecret: openSecrets(settings),
      signal,
      report: (event) => {
        if (flags.output === 'json') terminal.out(JSON.stringify(devResult(event)));
        else for (const line of printDev(event, terminal.paint)) terminal.out(line);
      },
    });
  } finally {
    await cluster.close();
  }
  return Exit.done;
};

async function readProgram(flags: Flags, context: CommandContext): Promise<DevProgram> {
  const settings = await readSettings(flags, context);
  const { repository, config, directory } = settings;
  const given = text(flags.app);
  const program =
    given === undefined ? resolve(directory, config.app ?? 'main.ts') : resolve(context.cwd, given);
  const root = repository?.workTree ?? dirname(program);
  return {
    program,
    cwd: root,
    root,
    environment: text(flags.environment) ?? config.environment,
    configuration: directory,
    limits: programLimits(settings),
  };
}
