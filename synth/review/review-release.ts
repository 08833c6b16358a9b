import type { RenderedRelease } from '../../lib/branch/index.ts';
import {
  type DesiredApplication,
  emitYaml,
  type JsonObject,
  type RenderedApplication,
} from '../../lib/objects/index.ts';
import type { EnvironmentReview } from './review.ts';
import { type PlanAccess, reviewEnvironment } from './review-environment.ts';

/** What going from one release to another does, newer or older: its plan, or where no cluster can be asked, what differs. */
export function reviewRelease(
  before: RenderedRelease,
  after: RenderedRelease,
  access: PlanAccess,
): Promise<EnvironmentReview> {
  const { environment: name, branch, cluster, project, applications: desired, digest } = after;
  return reviewEnvironment(
    {
      name,
      branch,
      cluster,
      ...(project !== undefined && { project }),
      desired,
      digest,
      rendered: () => loaded(desired),
      base: async () => ({ applications: await loaded(before.applications) }),
    },
    access,
  );
}

/** Releases with the content of their objects. */
function loaded(applications: readonly DesiredApplication[]): Promise<readonly RenderedApplication[]> {
  return Promise.all(
    applications.map(async ({ load, ...application }): Promise<RenderedApplication> => {
      const contents = await load(application.objects);
      const objects = application.objects.map((desired, index) => {
        const object = contents[index]!;
        // What was read as YAML is JSON.
        return { ...desired, object, yaml: emitYaml(object as unknown as JsonObject) };
      });
      return { ...application, objects };
    }),
  );
}
