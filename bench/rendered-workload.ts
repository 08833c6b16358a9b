/** The workload of bench/workload.ts on a rendered branch, one release after another. */
import { commitRendered, type RenderedRelease, readRendered } from '../lib/branch/index.ts';
import { Repository } from '../lib/git/index.ts';
import {
  DEFAULT_SETTINGS,
  digestOf,
  emitYaml,
  type JsonObject,
  type KubernetesObject,
  keyOf,
  objectPath,
  type RenderedApplication,
  type RenderedObject,
} from '../lib/objects/index.ts';
import { scratch } from './project.ts';
import { git } from './system-git.ts';
import { makeWorkload, type Workload, type WorkloadOptions } from './workload.ts';

/** Objects of one application. */
const OBJECTS_EACH = 1_000;
export const ENVIRONMENT = 'bench';

export class RenderedWorkload {
  readonly workload: Workload;
  readonly #directory: string;
  readonly #repository: Repository;
  #applications: readonly RenderedApplication[];
  #context = 0;

  static async create(set: string, objects: number, options?: WorkloadOptions): Promise<RenderedWorkload> {
    const directory = scratch(set);
    await git(directory, 'init', '--quiet', '--initial-branch=main');
    const workload = makeWorkload(set, objects, options);
    return new RenderedWorkload(directory, await Repository.discover(directory), workload);
  }

  private constructor(directory: string, repository: Repository, workload: Workload) {
    this.#directory = directory;
    this.#repository = repository;
    this.workload = workload;
    const bodies = workload.objects.map(({ object }) => object as KubernetesObject); // it is made of objects
    this.#applications = Array.from({ length: Math.ceil(bodies.length / OBJECTS_EACH) }, (_, number) => {
      const name = `app-${number}`;
      const own = bodies.slice(number * OBJECTS_EACH, (number + 1) * OBJECTS_EACH);
      return { name, dependsOn: [], edges: [], objects: own.map((object) => rendered(name, object)) };
    });
  }

  /** Gives one object another label, and commits.
   * @returns the object */
  async changeOne(index: number, value: string): Promise<KubernetesObject> {
    const [number, position] = [Math.floor(index / OBJECTS_EACH), index % OBJECTS_EACH];
    const application = this.#applications[number]!;
    const { object } = application.objects[position]!;
    const labels = { ...object.metadata.labels, release: value };
    const changed = { ...object, metadata: { ...object.metadata, labels } };
    const objects = application.objects.with(position, rendered(application.name, changed));
    this.#applications = this.#applications.with(number, { ...application, objects });
    await this.commit();
    return changed;
  }

  /** Names another cluster, which is for people's kubeconfigs: a new rendered commit, and no object is another. */
  async changeNone(): Promise<void> {
    this.#context += 1;
    await this.commit();
  }

  async commit(): Promise<void> {
    await git(this.#directory, 'commit', '--quiet', '--allow-empty', '--message=A program');
    const cluster = { context: `cluster-${this.#context}` };
    await commitRendered(
      this.#repository,
      {
        name: ENVIRONMENT,
        branch: `rendered/${ENVIRONMENT}`,
        cluster,
        promotesFrom: [],
        applications: this.#applications,
      },
      { sourceCommit: 'HEAD', program: 'main.ts', versions: {} },
    );
  }

  read(previous?: RenderedRelease): Promise<RenderedRelease> {
    return readRendered(this.#repository, ENVIRONMENT, { previous });
  }

  close(): void {
    this.#repository.close();
  }
}

function rendered(application: string, object: KubernetesObject): RenderedObject {
  const key = keyOf(object);
  const yaml = emitYaml(object as JsonObject);
  return {
    key,
    apiVersion: object.apiVersion,
    digest: digestOf(yaml),
    // There are no controllers that would make anything ready.
    settings: { ...DEFAULT_SETTINGS, wait: 'none' },
    path: objectPath(application, key),
    constructPath: `${application}/${key.name}/${key.kind}`,
    source: { file: 'main.ts', line: 1 },
    object,
    yaml,
  };
}
