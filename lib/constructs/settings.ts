import { ApiObject, type Duration } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { Annotation, formatDuration } from '../objects/index.ts';
import type { Apply } from './apply.ts';
import type { Conflicts } from './conflicts.ts';
import type { Drift } from './drift.ts';
import type { Hook } from './hook.ts';
import type { Prune } from './prune.ts';
import type { Rerun } from './rerun.ts';
import type { Wait } from './wait.ts';

/**
 * Settings of single objects, where they differ from those of their application.
 *
 *     Settings.of(deployment).conflicts(Conflicts.YIELD).drift(Drift.REPORT);
 */
export class Settings {
  /**
   * The settings of a construct: of every API object that it has at this time.
   *
   * @param construct An API object, or anything that has some.
   */
  public static of(construct: IConstruct): Settings {
    return new Settings(construct.node.findAll().filter((child) => ApiObject.isApiObject(child)));
  }

  private readonly objects: ApiObject[];

  private constructor(objects: IConstruct[]) {
    // What isApiObject says yes to is one, or stands for one made by another copy of cdk8s.
    this.objects = objects as ApiObject[];
  }

  /**
   * When they are applied.
   *
   * @param apply One of the values of Apply.
   */
  public apply(apply: Apply): Settings {
    return this.annotate(Annotation.apply, apply.value);
  }

  /**
   * What is done with them when they are no longer in the program.
   *
   * @param prune One of the values of Prune.
   */
  public prune(prune: Prune): Settings {
    return this.annotate(Annotation.prune, prune.value);
  }

  /**
   * What is done when a controller holds one of their fields.
   *
   * @param conflicts One of the values of Conflicts.
   */
  public conflicts(conflicts: Conflicts): Settings {
    return this.annotate(Annotation.conflicts, conflicts.value);
  }

  /**
   * What is done when they no longer have in the cluster what was applied.
   *
   * @param drift One of the values of Drift.
   */
  public drift(drift: Drift): Settings {
    return this.annotate(Annotation.drift, drift.value);
  }

  /**
   * What is waited for after they were applied.
   *
   * @param wait One of the values of Wait.
   */
  public wait(wait: Wait): Settings {
    return this.annotate(Annotation.wait, wait.value);
  }

  /**
   * How long they may take to get ready.
   *
   * @param timeout A duration that is not zero.
   */
  public waitTimeout(timeout: Duration): Settings {
    return this.annotate(Annotation.waitTimeout, formatDuration(timeout.toMilliseconds()));
  }

  /**
   * How long they may stand still on their way to being ready.
   *
   * @param timeout A duration that is not zero.
   */
  public noProgressTimeout(timeout: Duration): Settings {
    return this.annotate(Annotation.noProgressTimeout, formatDuration(timeout.toMilliseconds()));
  }

  /**
   * Makes them hooks; they must be what runs to an end: Jobs, Pods, or objects of custom kinds such as workflows.
   *
   * @param hook One of the values of Hook.
   */
  public hook(hook: Hook): Settings {
    return this.annotate(Annotation.hook, hook.value);
  }

  /**
   * When they run again, as hooks.
   *
   * @param rerun One of the values of Rerun.
   */
  public rerun(rerun: Rerun): Settings {
    return this.annotate(Annotation.rerun, rerun.value);
  }

  /**
   * Lets them pass whatever Kubernetes' schemas and the other objects of the program say.
   *
   * @param reason Why that is right.
   */
  public skipValidation(reason: string): Settings {
    return this.annotate(Annotation.validation, `off: ${reason}`);
  }

  private annotate(annotation: string, value: string): Settings {
    for (const object of this.objects) object.metadata.addAnnotation(annotation, value);
    return this;
  }
}
