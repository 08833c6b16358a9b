import { desiredFromBranch } from '../../pipeline/desired.ts';
import { holdAgainst } from '../../pipeline/kept-policies.ts';
import { renderSource } from '../../pipeline/render.ts';
import { applyRelease } from '../apply-release.ts';
import { openClusters } from '../clusters.ts';
import type { Command } from '../command.ts';
import { deploymentReports } from '../deployment-reports.ts';
import { Exit } from '../exit.ts';
import { printRendered, renderRequest } from '../render-request.ts';
import { approvalsOf } from '../require-approval.ts';
import type { ResultOf } from '../results.ts';
import {
  askedPolicies,
  clusterOptions,
  readSettings,
  requiredSignatures,
  requireRepository,
} from '../settings.ts';
import { Warnings } from '../warnings.ts';

export const command: Command = async (_args, flags, context) => {
  const { terminal } = context;
  const started = performance.now();
  const settings = await readSettings(flags, context);
  const repository = requireRepository(settings);
  const warnings = new Warnings(terminal);
  // Wrong flags and a missing token are told before anything takes time.
  const reports = await deploymentReports(settings, context);
  const rendered = await renderSource(repository, {
    ...renderRequest(settings, context, warnings),
    ...(await approvalsOf(settings, context)),
  });
  printRendered(rendered, terminal);

  const applied: ResultOf<'apply'>[] = [];
  let exit: number = Exit.done;
  const clusters = openClusters(settings, context);
  try {
    for (const { environment, branch, held } of rendered) {
      if (context.signal.aborted) break;
      terminal.err('');
      // What this run rendered, of a source commit that it checked, needs no signature; what a hold keeps there does.
      const released = await desiredFromBranch(
        repository,
        { name: environment, branch },
        held ? requiredSignatures(settings) : {},
      );
      await holdAgainst(askedPolicies(settings), released, { onWarning: warnings.add });
      // What becomes of a cluster that is gone in a moment is nobody's business.
      const { notifications: _, ...unannounced } = released;
      const isThrowaway = clusters.throwaway;
      const desired = isThrowaway ? unannounced : released;
      const client = await clusters.connect({ ...clusterOptions(settings), cluster: desired.cluster });
      const agreed = isThrowaway ? { ...settings, flags: { ...flags, yes: true } } : settings;
      const told = isThrowaway ? { isThrowaway } : { reports };
      const run = await applyRelease(desired, client, agreed, context, told).finally(() => client.close());
      exit = run.exit;
      if (run.result) applied.push(run.result);
      // What follows is often promoted from what failed, or from what nobody wanted.
      if (exit !== Exit.done || !run.result) break;
    }
  } finally {
    await clusters.stop();
  }
  if (flags.output === 'json') {
    const result: ResultOf<'sync'> = {
      rendered: [...rendered],
      warnings: warnings.toResult(),
      applied,
      durationMs: performance.now() - started,
    };
    terminal.out(JSON.stringify(result, null, 2));
  }
  return context.signal.aborted ? Exit.interrupted : exit;
};
