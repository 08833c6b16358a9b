import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { TruekeelError } from '../../../lib/objects/index.ts';
import { runAgent } from '../../agent/agent.ts';
import { type AgentLog, agentLog } from '../../agent/log.ts';
import type { PromotionMode } from '../../agent/promoter.ts';
import { parseRules } from '../../agent/pull-requests/roles.ts';
import type { SourceOptions } from '../../agent/source.ts';
import { cacheDirectory } from '../../cache-directory.ts';
import type { DeploymentReports } from '../../deployments/index.ts';
import { credentialsFrom } from '../../pipeline/git-credentials.ts';
import { trustedSigners } from '../../pipeline/signers.ts';
import { connectTarget } from '../../pipeline/target.ts';
import { isCommand } from '../../program/index.ts';
import type { Command, Flags } from '../command.ts';
import { Exit } from '../exit.ts';
import {
  deleteLimits,
  list,
  noProgressTimeoutMs,
  openSecrets,
  positive,
  programLimits,
  signerOf,
  text,
} from '../settings.ts';

export const command: Command = async (_args, flags, { cwd, env, signal }) => {
  const url = text(flags.repo) ?? '';
  const environment = text(flags.environment);
  if (environment === undefined) {
    throw new TruekeelError('which environment?', {
      code: 'NO_ENVIRONMENT',
      family: 'usage',
      hint: 'Give --environment NAME.',
    });
  }
  const isRendering = flags.render !== false;
  const program = isRendering ? (text(flags.app) ?? 'main.ts') : undefined;
  if (!isRendering && flags.requireApproval === true) {
    throw new TruekeelError('--require-approval is about rendering, and --no-render renders nothing', {
      code: 'INVALID_FLAG',
      family: 'usage',
      hint: 'Give it to the "truekeel render" that moves the rendered branch.',
    });
  }
  if (program !== undefined && isCommand(program)) {
    throw new TruekeelError(`the agent runs no commands, such as ${program}`, {
      code: 'COMMANDS_NOT_ALLOWED',
      family: 'usage',
      hint: 'Render where programs may run freely, such as in CI (truekeel render --push), and give the agent --no-render.',
    });
  }
  const webhookPort = positive(flags.webhookPort, '--webhook-port');
  const secret = text(env.TRUEKEEL_WEBHOOK_SECRET);
  if (webhookPort !== undefined && secret === undefined) {
    throw new TruekeelError('a webhook needs a secret', {
      code: 'NO_WEBHOOK_SECRET',
      family: 'usage',
      hint: 'Set TRUEKEEL_WEBHOOK_SECRET to the secret that the forge signs its calls with.',
    });
  }
  const standstillMs = noProgressTimeoutMs({ flags, config: {} });
  const limits = deleteLimits({ flags });
  const branch = text(flags.branch);
  const rendered = text(flags.renderedBranch);
  const packages = text(flags.packages);
  const trusted = trustedSigners(text(flags.allowedSigners), list(flags.trustedKeys));
  const kubeconfig = text(flags.kubeconfig);
  const context = text(flags.context);
  const approvalOf = flags.requireApproval === true ? await approvalsOn(url, env) : undefined;
  const log = agentLog(text(flags.logLevel) ?? 'info');
  const reports = flags.post === true ? await reportsTo(url, { env, signal, log }) : undefined;
  const connect = () =>
    connectTarget({
      env,
      ...(kubeconfig !== undefined && { kubeconfig }),
      ...(context !== undefined && { context }),
    });
  const pullRequests = await pullRequestsOf({ url, program }, flags, env);
  const promotion = await promotionOf(text(flags.promote), url, env);
  const client = await connect();
  try {
    await runAgent(
      {
        client,
        openSecret: openSecrets({ flags, cwd, env }),
        url,
        environment,
        ...(program !== undefined && { program }),
        ...(rendered !== undefined && { renderedBranch: rendered }),
        state:
          text(flags.state) ??
          join(cacheDirectory(env), 'agent', createHash('sha256').update(url).digest('hex').slice(0, 16)),
        pollMs: (positive(flags.poll, '--poll') ?? 30) * 1000,
        timeoutMs: (positive(flags.timeout, '--timeout') ?? 600) * 1000,
        ...(standstillMs !== undefined && { noProgressTimeoutMs: standstillMs }),
        limits,
        programLimits: programLimits({ flags, config: {} }),
        auditMs: 600_000,
        log,
        ...(reports && { reports }),
        ...(branch !== undefined && { branch }),
        ...(packages !== undefined && { packages }),
        ...(approvalOf && { approvalOf }),
        ...(pullRequests && { pullRequests: { ...pullRequests, connect } }),
        ...(promotion && { promotion }),
        ...signerOf(flags, {}),
        ...(trusted && { trusted }),
        findCredentials: credentialsFrom(env),
        ...(webhookPort !== undefined &&
          secret !== undefined && {
            webhook: { port: webhookPort, host: text(flags.webhookHost) ?? '127.0.0.1', secret },
          }),
      },
      signal,
    );
    return Exit.done;
  } finally {
    await client.close();
  }
};

/** @returns undefined where nothing is asked for
 * @throws ForgeError when nothing says which forge it is, or there is no token
 * @throws TruekeelError `INVALID_FLAG` */
async function pullRequestsOf(
  { url, program }: { readonly url: string; readonly program: string | undefined },
  flags: Flags,
  env: NodeJS.ProcessEnv,
) {
  const [reviews, previews] = [flags.reviews === true, flags.previews === true];
  const finishes = flags.finish === true;
  // Without a webhook nothing is known but by looking.
  const sweepMs = flags.webhookPort === undefined ? 60_000 : 600_000;
  const asked = list(flags.commands);
  const rules = parseRules(asked.length > 0 ? asked : [text(env.TRUEKEEL_COMMANDS) ?? '']);
  if (!reviews && !previews && !finishes && rules.size === 0) return undefined;
  if ((reviews || previews) && program === undefined) {
    throw new TruekeelError('reviews and previews run the program, and --no-render lets none run', {
      code: 'INVALID_FLAG',
      family: 'usage',
      hint: 'Run "truekeel review --post" and "truekeel preview" in CI, or an agent that renders.',
    });
  }
  const { openForge } = await import('../../../lib/forge/index.ts');
  const forge = openForge({ env, remoteUrl: url });
  return { forge, program: program ?? '', reviews, previews, finishes, rules, sweepMs };
}

/** @throws ForgeError as {@link approvalsOn}, where pull requests are asked for */
async function promotionOf(
  mode: string | undefined,
  url: string,
  env: NodeJS.ProcessEnv,
): Promise<PromotionMode | undefined> {
  if (mode === 'notes') return { kind: 'notes' };
  if (mode !== 'propose' && mode !== 'automatic') return undefined;
  const { isForgeError, openForge } = await import('../../../lib/forge/index.ts');
  try {
    return { kind: mode, forge: openForge({ env, remoteUrl: url }) };
  } catch (error) {
    // Without a forge nobody can approve; all else may pass.
    if (mode === 'automatic' && isForgeError(error)) return { kind: mode };
    throw error;
  }
}

/** @throws ForgeError when nothing says which forge it is, or there is no token */
async function reportsTo(
  url: string,
  {
    env,
    signal,
    log,
  }: { readonly env: NodeJS.ProcessEnv; readonly signal: AbortSignal; readonly log: AgentLog },
): Promise<DeploymentReports> {
  const [{ openForge }, { DeploymentReports }] = await Promise.all([
    import('../../../lib/forge/index.ts'),
    import('../../deployments/index.ts'),
  ]);
  return new DeploymentReports(openForge({ env, remoteUrl: url, http: { signal } }), {
    onUntold: (data) => log.warn(data, 'the forge was not told of a deployment'),
  });
}

/** @throws ForgeError when nothing says which forge it is, or there is no token */
async function approvalsOn(
  url: string,
  env: NodeJS.ProcessEnv,
): Promise<NonNullable<SourceOptions['approvalOf']>> {
  const [{ openForge }, { ForgeApprovals }] = await Promise.all([
    import('../../../lib/forge/index.ts'),
    import('../../review/index.ts'),
  ]);
  const forge = openForge({ env, remoteUrl: url });
  // Looked for anew each time: what is not approved now may be when it is looked at again.
  return (environment, source) => new ForgeApprovals(forge).of(environment, source);
}
