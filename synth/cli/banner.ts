import type { KubeClient } from '../../lib/kube/index.ts';
import type { Desired } from '../pipeline/desired.ts';
import { shorten } from './print-plan.ts';
import type { Paint } from './terminal.ts';

/** Where things go, said before anything is written:
 * `production · cluster prod (https://10.0.0.1:6443) · rendered 3f9c2e1 from source 81d0b7a "web: three replicas"` */
export function banner(desired: Desired, client: KubeClient, paint: Paint): string {
  const cluster = client.context === '' ? client.server : `${client.context} (${client.server})`;
  const { environment, rendered } = desired;
  return [
    paint('bold', environment ?? desired.applications.map((application) => application.name).join(', ')),
    `cluster ${cluster}`,
    ...(rendered
      ? [
          `rendered ${rendered.commit.slice(0, 7)} from source ${rendered.source.slice(0, 7)} "${shorten(rendered.subject, 50)}"`,
        ]
      : []),
  ].join(' · ');
}
