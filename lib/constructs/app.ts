import { App as Cdk8sApp, type IResolver } from 'cdk8s';
import {
  handOver,
  labelProblem,
  markPolicies,
  markProject,
  renderTree,
  writeFiles,
} from '../render/index.ts';
import { setChartLock } from './chart-lock.ts';
import { invalidName } from './errors.ts';
import { setImageLock } from './image-lock.ts';
import type { Policy } from './policy.ts';

/** Properties of an App. */
export interface AppProps {
  /**
   * The name of the project: lower-case letters, digits and `-`. Environments of the same name that different
   * projects have in one cluster are told apart by it.
   *
   * @default - the name in package.json
   */
  readonly project?: string;

  /**
   * Directory into which `synth()` writes when the program is run by itself.
   *
   * @default - the environment variable `CDK8S_OUTDIR`, or `dist`
   */
  readonly outdir?: string;

  /**
   * The file with the digests of images, for `Image.locked`.
   *
   * @default - `images.lock.json` beside the program, or in the current directory
   */
  readonly imageLock?: string;

  /**
   * The file with the digests of Helm charts, for `HelmChart`.
   *
   * @default - `charts.lock.json` beside the program, or in the current directory
   */
  readonly chartLock?: string;

  /**
   * Resolvers for values of other libraries, as for an App of cdk8s.
   *
   * @default - those of cdk8s only
   */
  readonly resolvers?: IResolver[];

  /**
   * The rules that all its environments have to keep.
   *
   * @default - none
   */
  readonly policies?: Policy[];
}

/** The root of a program: holds its environments. */
export class App extends Cdk8sApp {
  /**
   * Begins a program.
   *
   * @param props What differs from the defaults.
   */
  constructor(props: AppProps = {}) {
    super({
      ...(props.outdir !== undefined && { outdir: props.outdir }),
      ...(props.resolvers && { resolvers: props.resolvers }),
    });
    if (props.policies) {
      markPolicies(
        this,
        props.policies.map((policy) => policy._mark()),
      );
    }
    if (props.chartLock !== undefined) setChartLock(this, props.chartLock);
    if (props.imageLock !== undefined) setImageLock(this, props.imageLock);
    if (props.project === undefined) return;
    const problem = labelProblem(props.project);
    if (problem !== undefined) throw invalidName('project', props.project, problem, this);
    markProject(this, props.project);
  }

  /**
   * Renders the program.
   *
   * Run by Truekeel, the program hands its constructs over to it. Run by itself (`node main.ts`), it writes one
   * YAML file an application below `outdir`.
   */
  public override synth(): void {
    if (handOver(this)) return;
    writeFiles(renderTree(this), this.outdir);
  }
}
