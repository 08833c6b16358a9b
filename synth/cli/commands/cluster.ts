import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { startCluster } from '../../../lib/cluster/index.ts';
import { TruekeelError } from '../../../lib/objects/index.ts';
import type { Command } from '../command.ts';
import { Exit } from '../exit.ts';
import type { ResultOf } from '../results.ts';
import { positive, text } from '../settings.ts';

export const command: Command = async ([action], flags, { terminal, cwd, signal }) => {
  if (action !== 'start') {
    throw new TruekeelError(`there is no "truekeel cluster ${action}"`, {
      code: 'INVALID_FLAG',
      family: 'usage',
      hint: 'It is "truekeel cluster start".',
    });
  }
  const port = positive(flags.port, '--port');
  const cluster = await startCluster({ tls: flags.tls !== false, ...(port !== undefined && { port }) });
  try {
    const kubeconfig = resolve(cwd, text(flags.kubeconfigOut) ?? 'kubeconfig.yaml');
    await writeFile(kubeconfig, cluster.kubeconfig(), { mode: 0o600 });
    const result: ResultOf<'cluster'> = { server: cluster.server, kubeconfig, pid: process.pid };
    if (flags.output === 'json') terminal.out(JSON.stringify(result));
    else {
      terminal.out(
        `The embedded Kubernetes API listens on ${cluster.server}. It keeps everything in memory, and is for`,
      );
      terminal.out('development and tests, not for production. Try:');
      terminal.out('');
      terminal.out(`  export KUBECONFIG=${kubeconfig}`);
      terminal.out('  kubectl get namespaces');
      terminal.out('');
      terminal.out('Ctrl-C stops it.');
    }
    if (!signal.aborted) await once(signal, 'abort');
    return Exit.done;
  } finally {
    await cluster.stop();
  }
};
