/** Kill -9 at every request. */
import { afterAll, expect, it } from 'vitest';
import { Engine } from '../../lib/apply/testing/engine.ts';
import { connectWith } from '../../lib/kube/index.ts';
import { removeDefinition, wrongDeletes } from './disturbed.ts';
import { isMutating } from './fault.ts';
import { EngineProcesses, type KilledRun, type Position } from './killed-run.ts';
import { APPROVALS, type Scenario, startScenario } from './scenario.ts';
import { onBothServers, type ServerUnderTest } from './servers.ts';
import { findings } from './verdict.ts';

/** Runs in one process. */
const TOGETHER = 12;
/** On the embedded server, which is slower for being in the test's own process, every so many positions. */
const STRIDE = 5;
/** For a machine that others use, too. */
const DEADLINE_MS = 1_200_000;

onBothServers('a killed run', (server) => {
  const processes = new EngineProcesses();
  afterAll(() => processes[Symbol.dispose]());

  /** Kills runs, each at a position (or not), runs once more, and looks at what came of it. */
  const kill = async (positions: readonly (Position | undefined)[]) => {
    const scenarios = await Promise.all(positions.map(() => startScenario(server().client)));
    const runs = await processes.runAndKill(server(), scenarios, positions);
    return Promise.all(
      runs.map(async (run, index) => ({
        position: positions[index],
        run,
        wrong: await finish(server(), scenarios[index]!, run),
      })),
    );
  };

  it('is finished by the next run, at whichever request it was killed', {
    timeout: DEADLINE_MS,
  }, async () => {
    const [undisturbed] = await kill([undefined]);
    expect(undisturbed).toMatchObject({ run: { report: { errors: [] } }, wrong: [] });
    const { requests } = undisturbed!.run;
    const stride = server().kind === 'real' ? 1 : STRIDE;
    const positionsOf = (when: Position['when'], count: number): readonly Position[] =>
      Array.from({ length: Math.floor(count / stride) }, (_, i) => ({ when, number: (i + 1) * stride }));
    const positions = [
      ...positionsOf('before', requests.length),
      ...positionsOf('after', requests.filter(isMutating).length),
    ];
    let missed = 0;
    for (let start = 0; start < positions.length; start += TOGETHER) {
      const outcomes = await kill(positions.slice(start, start + TOGETHER));
      expect(
        outcomes.flatMap(({ position, wrong }) => (wrong.length > 0 ? [{ position, wrong }] : [])),
      ).toEqual([]);
      missed += outcomes.filter(({ run }) => run.report !== undefined).length;
    }
    // Runs differ by a few requests, so that the last positions may not come; all others have to.
    expect(missed).toBeLessThan(positions.length / 10);
  });
});

/** The quiet run after a killed one.
 * @returns what is wrong then */
async function finish(
  server: ServerUnderTest,
  scenario: Scenario,
  { report, requests }: KilledRun,
): Promise<readonly string[]> {
  const client = connectWith(server);
  const engine = new Engine(client, scenario.environment);
  const { result } = await engine.sync(scenario.after, { approvals: APPROVALS });
  await client.close();
  const wrong = [
    ...(report?.errors ?? []),
    ...result.errors.map(({ message }) => `the next run: ${message}`),
    ...(await wrongDeletes(server.client, requests, scenario)),
    ...(await findings(server, scenario)),
  ];
  await removeDefinition(server.client, scenario);
  return wrong;
}
