/** What runs the pods of a Workload. */
export class WorkloadKind {
  /** A Deployment: pods that are all alike, of which new ones come before old ones go. The default. */
  public static readonly DEPLOYMENT = new WorkloadKind('Deployment');

  /** A StatefulSet: pods with names and disks of their own. Its service has no address but those of the pods. */
  public static readonly STATEFUL_SET = new WorkloadKind('StatefulSet');

  /** A DaemonSet: a pod on each node. */
  public static readonly DAEMON_SET = new WorkloadKind('DaemonSet');

  /** A CronJob: a pod at each time of its schedule, which runs to its end. */
  public static readonly CRON_JOB = new WorkloadKind('CronJob');

  /**
   * A Job: a pod that runs to its end, once. With `hook` it runs before or after the other objects of its application;
   * without, it is made anew when it changes.
   */
  public static readonly JOB = new WorkloadKind('Job');

  /** The kind, as Kubernetes names it. */
  public readonly kind: string;

  private constructor(kind: string) {
    this.kind = kind;
  }
}

export function isScheduled({ kind }: WorkloadKind): boolean {
  return kind === 'CronJob';
}

/** Whether its pods come to an end by themselves. */
export function runsToItsEnd({ kind }: WorkloadKind): boolean {
  return kind === 'CronJob' || kind === 'Job';
}

export function isStateful({ kind }: WorkloadKind): boolean {
  return kind === 'StatefulSet';
}

export function isReplicated({ kind }: WorkloadKind): boolean {
  return kind === 'Deployment' || kind === 'StatefulSet';
}
