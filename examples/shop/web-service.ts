import { ApiObject, Size as Bytes } from 'cdk8s';
import {
  ConfigMap,
  Cpu,
  Deployment,
  EnvFrom,
  type EnvValue,
  HorizontalPodAutoscaler,
  Metric,
  MetricTarget,
  NetworkPolicy,
  NetworkPolicyIpBlock,
  NetworkPolicyPort,
  Probe,
  type Service,
} from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import type { Size } from './sizes.ts';

export interface WebServiceProps {
  readonly image: string;
  readonly port: number;
  readonly replicas: Size['replicas'];
  /** Settings that everybody may read. */
  readonly settings: { readonly [name: string]: string };
  readonly environment?: { readonly [name: string]: EnvValue };
}

/** How this shop runs anything that answers requests: as many pods as the load asks for, never all gone at once,
 * ready only when they say so, and reached over their own port only. */
export class WebService extends Construct {
  readonly service: Service;

  constructor(scope: Construct, id: string, props: WebServiceProps) {
    super(scope, id);
    const settings = new ConfigMap(this, 'settings', { data: { ...props.settings } });
    // `Default` adds nothing to the name: the Deployment is named after the web service.
    const deployment = new Deployment(this, 'Default', {
      containers: [
        {
          image: props.image,
          portNumber: props.port,
          envFrom: [new EnvFrom(settings)],
          envVariables: { ...props.environment },
          readiness: Probe.fromHttpGet('/readyz', { port: props.port }),
          liveness: Probe.fromHttpGet('/healthz', { port: props.port }),
          resources: {
            cpu: { request: Cpu.millis(100), limit: Cpu.units(1) },
            memory: { request: Bytes.mebibytes(64), limit: Bytes.mebibytes(256) },
          },
          securityContext: { user: 100, group: 101 },
        },
      ],
    });
    this.service = deployment.exposeViaService({ name: id, ports: [{ port: 80, targetPort: props.port }] });
    new HorizontalPodAutoscaler(this, 'scaling', {
      target: deployment,
      minReplicas: props.replicas.least,
      maxReplicas: props.replicas.most,
      metrics: [Metric.resourceCpu(MetricTarget.averageUtilization(70))],
    });
    new ApiObject(this, 'disruption', {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      spec: { maxUnavailable: 1, selector: { matchLabels: deployment.matchLabels } },
    });
    new NetworkPolicy(this, 'policy', {
      selector: deployment,
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
    return `http://${this.service.name}`;
  }
}
