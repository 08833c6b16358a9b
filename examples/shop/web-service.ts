import { Size as Bytes } from 'cdk8s';
import { NetworkPolicy, NetworkPolicyIpBlock, NetworkPolicyPort, Pods } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { Config, Cpu, EnvironmentSource, HealthCheck, Workload } from 'truekeel';
import type { Size } from './sizes.ts';

export interface WebServiceProps {
  readonly image: string;
  readonly port: number;
  readonly replicas: Size['replicas'];
  /** Settings that everybody may read. Pods are rolled when they change. */
  readonly settings: { readonly [name: string]: string };
  readonly environment?: { readonly [name: string]: string };
}

/** How this shop runs anything that answers requests: as many pods as the load asks for, never all gone at once,
 * ready only when they say so, and reached over their own port only. */
export class WebService extends Construct {
  readonly workload: Workload;

  constructor(scope: Construct, id: string, props: WebServiceProps) {
    super(scope, id);
    const settings = new Config(this, 'settings', { data: { ...props.settings } });
    // `Default` adds nothing to the name: the workload is named after the web service.
    this.workload = new Workload(this, 'Default', {
      image: props.image,
      port: props.port,
      servicePort: 80,
      scaling: { min: props.replicas.least, max: props.replicas.most },
      environment: { ...props.environment },
      environmentFrom: [EnvironmentSource.config(settings)],
      readiness: HealthCheck.http('/readyz'),
      liveness: HealthCheck.http('/healthz'),
      requests: { cpu: Cpu.millis(100), memory: Bytes.mebibytes(64) },
      limits: { cpu: Cpu.cores(1), memory: Bytes.mebibytes(256) },
      user: 100,
      group: 101,
    });
    new NetworkPolicy(this, 'policy', {
      selector: Pods.select(this, 'pods', { labels: this.workload.selector }),
      ingress: {
        rules: [
          {
            peer: NetworkPolicyIpBlock.anyIpv4(this, 'anyone'),
            ports: [NetworkPolicyPort.tcp(props.port)],
          },
        ],
      },
    });
  }

  /** Where other applications find it. */
  get url(): string {
    return this.workload.url;
  }
}
