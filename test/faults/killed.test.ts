/** Kill -9 at every request. */
import { availableParallelism } from 'node:os';
import { afterAll, expect, it } from 'vitest';
import { Engine } from '../../lib/apply/testing/engine.ts';
import { mapConcurrent } from '../../lib/plan/concurrent.ts';
import { removeDefinition, wrongDeletes } from './disturbed.ts';
import { isMutating } from './fault.ts';
import { EngineProcesses, type Position, runAndKill } from './killed-run.ts';
import { APPROVALS, startScenario } from './scenario.ts';
import { onBothServers } from './servers.ts';
import { findings } from './verdict.ts';

/** On the embedded server, which lives in the test's own process, every so many positions. */
const STRIDE = 5;
/** For a machine that others use, too. */
const DEADLINE_MS = 900_000;

onBothServers('a killed run', (server) => {
  const processes = new EngineProcesses();
  afterAll(() => processes[Symbol.dispose]());

  /** Kills a run at a position (or does not), runs once more, and looks at what came of it. */
  const kill = async (position: Position | undefined) => {
    const child = processes.start();
    const scenario = await startScenario(server().client);
    const { report, requests } = await runAndKill(child, server(), scenario, position);
    const { result } = await new Engine(server().client, scenario.environment).sync(scenario.after, {
      approvals: APPROVALS,
    });
    const wrong = [
      ...(report?.errors ?? []),
      ...result.errors.map(({ message }) => `the next run: ${message}`),
      ...(await wrongDeletes(server().client, requests, scenario)),
      ...(await findings(server().client, scenario)),
    ];
    await removeDefinition(server().client, scenario);
    return { wasKilled: report === undefined, requests, wrong };
  };

  it('is finished by the next run, at whichever request it was killed', {
    timeout: DEADLINE_MS,
  }, async () => {
    const undisturbed = await kill(undefined);
    expect(undisturbed).toMatchObject({ wasKilled: false, wrong: [] });
    const stride = server().kind === 'real' ? 1 : STRIDE;
    const numbers = (count: number) =>
      Array.from({ length: count }, (_, i) => i + 1).filter((n) => n % stride === 0);
    const positions: readonly Position[] = [
      ...numbers(undisturbed.requests.length).map((number) => ({ when: 'before', number }) as const),
      ...numbers(undisturbed.requests.filter(isMutating).length).map(
        (number) => ({ when: 'after', number }) as const,
      ),
    ];
    const outcomes = await mapConcurrent(positions, availableParallelism() + 1, async (position) => ({
      position,
      ...(await kill(position)),
    }));
    expect(
      outcomes.filter(({ wrong }) => wrong.length > 0).map(({ position, wrong }) => ({ position, wrong })),
    ).toEqual([]);
    // Runs differ by a few requests, so that the last positions may not come; all others must have.
    const missed = outcomes.filter(({ wasKilled }) => !wasKilled).length;
    expect(missed).toBeLessThan(positions.length / 10);
    console.log(`${server().kind}: killed at ${outcomes.length - missed} positions`);
  });
});
