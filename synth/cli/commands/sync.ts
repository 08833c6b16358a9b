import type { KubeClient } from '../../../lib/kube/index.ts';
import { desiredFromBranch } from '../../pipeline/desired.ts';
import { hasKubeconfig } from '../../pipeline/kubeconfig.ts';
import { renderSource } from '../../pipeline/render.ts';
import { connectTarget, type TargetOptions } from '../../pipeline/target.ts';
import type { Command, CommandContext } from '../command.ts';
import { planAndApply } from '../engine-run.ts';
import { Exit } from '../exit.ts';
import { printRendered, renderRequest } from '../render-request.ts';
import type { ResultOf } from '../results.ts';
import { clusterOptions, readSettings, requireRepository, type Settings } from '../settings.ts';

export const command: Command = async (_args, flags, context) => {
  const { terminal } = context;
  const started = performance.now();
  const settings = await readSettings(flags, context);
  const repository = requireRepository(settings);
  const rendered = await renderSource(repository, renderRequest(settings, context));
  printRendered(rendered, terminal);

  const applied: ResultOf<'apply'>[] = [];
  let exit: number = Exit.done;
  await withClusters(settings, context, async (connect, throwaway) => {
    for (const { environment, branch } of rendered) {
      if (context.signal.aborted) break;
      terminal.err('');
      const desired = await desiredFromBranch(repository, { name: environment, branch });
      const client = await connect({ ...clusterOptions(settings), cluster: desired.cluster });
      try {
        const agreed = throwaway ? { ...settings, flags: { ...settings.flags, yes: true } } : settings;
        const run = await planAndApply(desired, client, agreed, context);
        if (run.result) applied.push(run.result);
        if (run.exit !== Exit.done) exit = run.exit;
      } finally {
        await client.close();
      }
      // What follows is often promoted from what failed.
      if (exit !== Exit.done) break;
    }
  });
  if (flags.output === 'json') {
    const result: ResultOf<'sync'> = {
      rendered: [...rendered],
      applied,
      durationMs: performance.now() - started,
    };
    terminal.out(JSON.stringify(result, null, 2));
  }
  return context.signal.aborted ? Exit.interrupted : exit;
};

type Connect = (options: TargetOptions) => Promise<KubeClient>;

/** Where there is no kubeconfig at all, an embedded cluster that lives as long as the command. */
async function withClusters(
  settings: Settings,
  { env, terminal }: CommandContext,
  use: (connect: Connect, throwaway: boolean) => Promise<void>,
): Promise<void> {
  if (clusterOptions(settings).kubeconfig !== undefined || hasKubeconfig(env))
    return use(connectTarget, false);
  const [{ startCluster }, { connectWith }] = await Promise.all([
    import('../../../lib/cluster/index.ts'),
    import('../../../lib/kube/index.ts'),
  ]);
  const cluster = await startCluster();
  terminal.err('');
  terminal.err(
    `${terminal.paint('yellow', 'note')} there is no kubeconfig: this runs against an embedded cluster that is gone when the command ends.`,
  );
  terminal.err('     `truekeel cluster start` keeps one running; --kubeconfig FILE takes yours.');
  try {
    await use(
      async () => connectWith({ server: cluster.server, ca: cluster.caPem, token: cluster.token }),
      true,
    );
  } finally {
    await cluster.stop();
  }
}
