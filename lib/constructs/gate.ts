import type { Duration } from 'cdk8s';
import type { Gate as GateData } from '../objects/index.ts';
import type { Approvers, Freeze, HttpCheck, JobCheck, MetricCheck, TimeWindow } from './gate-props.ts';

const JOB_MS = 600_000;

/**
 * Something that has to be so before a change passes on to an environment, from those that it promotes from. `truekeel
 * promote` evaluates them in their order. An environment that has any moves by promotion only.
 *
 *     new Environment(app, 'production', {
 *       promotesFrom: [staging],
 *       gates: [Gate.ready(), Gate.soak(Duration.hours(1)), Gate.approval({ teams: ['example/web'] })],
 *     });
 */
export class Gate {
  /** Everything of the change is ready where it comes from. */
  public static ready(): Gate {
    return new Gate({ type: 'ready' });
  }

  /**
   * The change has been ready for some time where it comes from.
   *
   * @param duration How long.
   */
  public static soak(duration: Duration): Gate {
    return new Gate({ type: 'soak', durationMs: duration.toMilliseconds() });
  }

  /**
   * It is a time at which changes may pass.
   *
   * @param window When.
   */
  public static window(window: TimeWindow): Gate {
    const { from, to, timeZone, days } = window;
    return new Gate({
      type: 'window',
      ...(days && { days: days.map((day) => day._weekday) }),
      from,
      to,
      timeZone,
    });
  }

  /**
   * It is no time at which changes may not pass.
   *
   * @param freeze When they may not.
   */
  public static freeze(freeze: Freeze): Gate {
    const { from, to, reason } = freeze;
    return new Gate({ type: 'freeze', from, to, reason });
  }

  /**
   * A number is within bounds.
   *
   * @param check Which number, and which bounds.
   */
  public static metric(check: MetricCheck): Gate {
    const { server, query, atLeast, atMost, secretName } = check;
    return new Gate({
      type: 'metric',
      server,
      query,
      ...(atLeast !== undefined && { atLeast }),
      ...(atMost !== undefined && { atMost }),
      ...(secretName !== undefined && { secret: secretName }),
    });
  }

  /**
   * A request is answered well.
   *
   * @param check Which one.
   */
  public static http(check: HttpCheck): Gate {
    const { url, status = [200], secretName } = check;
    return new Gate({
      type: 'http',
      url,
      status: [...status],
      ...(secretName !== undefined && { secret: secretName }),
    });
  }

  /**
   * A program ends well in the cluster that the change comes from: that of the first environment in `promotesFrom`.
   *
   * @param check Which one.
   */
  public static job(check: JobCheck): Gate {
    const { image, command, args, serviceAccountName, timeout } = check;
    return new Gate({
      type: 'job',
      image,
      ...(command && { command: [...command] }),
      ...(args && { args: [...args] }),
      ...(serviceAccountName !== undefined && { serviceAccount: serviceAccountName }),
      timeoutMs: timeout?.toMilliseconds() ?? JOB_MS,
    });
  }

  /**
   * People agree.
   *
   * @param approvers Which ones.
   */
  public static approval(approvers: Approvers): Gate {
    const { people, teams, count = 1 } = approvers;
    return new Gate({
      type: 'approval',
      ...(people && { people: [...people] }),
      ...(teams && { teams: [...teams] }),
      count,
    });
  }

  /**
   * A policy of the environment is kept, also where breaking it is a warning only.
   *
   * @param name The policy's name.
   */
  public static policy(name: string): Gate {
    return new Gate({ type: 'policy', policy: name });
  }

  private readonly data: GateData;

  private constructor(data: GateData) {
    this.data = data;
  }

  /**
   * As it stands in the rendered branch.
   *
   * @param namespace Where its Job runs, and its Secret is.
   * @internal
   */
  public _in(namespace: string | undefined): GateData {
    const needsOne = this.data.type === 'job' || ('secret' in this.data && this.data.secret !== undefined);
    return needsOne && namespace !== undefined ? { ...this.data, namespace } : this.data;
  }
}
