import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { counted, TruekeelError } from '../../../lib/objects/index.ts';
import { takeSnapshot, writeSnapshot } from '../../../lib/snapshot/index.ts';
import { banner } from '../banner.ts';
import type { Command } from '../command.ts';
import { withDesiredTarget } from '../desired-target.ts';
import { Exit } from '../exit.ts';
import { targetResult } from '../plan-result.ts';
import type { ResultOf } from '../results.ts';
import { text } from '../settings.ts';

export const command: Command = (_args, flags, context) =>
  withDesiredTarget(
    flags,
    context,
    async ({ desired, client }) => {
      const { terminal, cwd, signal } = context;
      const started = performance.now();
      const { environment, project } = desired;
      const snapshot = await takeSnapshot(client, {
        ...(environment !== undefined && { environment }),
        ...(project !== undefined && { project }),
        applications: desired.applications,
        namespaces: Array.isArray(flags.namespace) ? flags.namespace.map(String) : [],
        now: Date.now(),
        signal,
      });
      const bytes = writeSnapshot(snapshot);
      const file = text(flags.out) ?? `${environment ?? 'files'}.snapshot`;
      await write(resolve(cwd, file), bytes);
      const forbidden = snapshot.unread.filter(({ because }) => because === 'forbidden');
      const result: ResultOf<'snapshot'> = {
        ...targetResult(desired, client),
        file,
        bytes: bytes.length,
        takenAt: new Date(snapshot.takenAt).toISOString(),
        objects: snapshot.objects.length,
        namespaces: [...snapshot.namespaces],
        forbidden: forbidden.map(({ kind, namespace }) => ({
          kind,
          ...(namespace !== undefined && { namespace }),
        })),
        requests: client.requests,
        durationMs: performance.now() - started,
      };
      if (flags.output === 'json') terminal.out(JSON.stringify(result, null, 2));
      else {
        terminal.out(banner(desired, client, terminal.paint));
        terminal.out('');
        terminal.out(
          `${file}: ${counted(result.objects, 'object')}, ${Math.ceil(bytes.length / 1024)} KiB, without values of Secrets; everything in ${snapshot.namespaces.join(', ') || 'no namespace'}`,
        );
        for (const { kind, namespace } of result.forbidden) {
          const where = namespace === undefined ? '' : ` in ${namespace}`;
          terminal.out(
            `${terminal.paint('yellow', 'warning')} ${kind}${where} may not be listed, and is not in it`,
          );
        }
      }
      return Exit.done;
    },
    { held: false },
  );

async function write(file: string, bytes: Buffer): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes);
  } catch (cause) {
    throw new TruekeelError(`${file} cannot be written`, {
      code: 'FILE_UNREADABLE',
      family: 'usage',
      hint: 'Name a file in a directory that is there, or can be made.',
      cause,
    });
  }
}
