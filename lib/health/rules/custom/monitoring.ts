/** Prometheus operator, Grafana operator, OpenTelemetry operator. */
import type { KindRule, KindRules } from '../kind-rule.ts';
import { has, is, isNot, NO_STATUS } from '../words.ts';

/** Available is False or Degraded while pods start; Reconciled is False when the operator could not make them. */
const PROMETHEUS: KindRule = {
  paused: [has('spec.paused', true)],
  failing: [isNot('Reconciled')],
  current: [{ all: [is('Available'), is('Reconciled')] }],
  otherwise: 'InProgress',
};

/** A part of Grafana that is written into each instance that its selector finds. */
const synchronized = (type: string): KindRule => ({
  paused: [has('spec.suspend', true)],
  failing: [is('InvalidSpec'), is('NoMatchingInstance'), isNot(type)],
  current: [is(type)],
  otherwise: 'InProgress',
});

export const monitoring: KindRules = {
  'Prometheus.monitoring.coreos.com': PROMETHEUS,
  'PrometheusAgent.monitoring.coreos.com': PROMETHEUS,
  'Alertmanager.monitoring.coreos.com': PROMETHEUS,
  'ThanosRuler.monitoring.coreos.com': PROMETHEUS,
  'ServiceMonitor.monitoring.coreos.com': NO_STATUS,
  'PodMonitor.monitoring.coreos.com': NO_STATUS,
  'Probe.monitoring.coreos.com': NO_STATUS,
  'PrometheusRule.monitoring.coreos.com': NO_STATUS,
  'AlertmanagerConfig.monitoring.coreos.com': NO_STATUS,
  'Grafana.grafana.integreatly.org': {
    paused: [has('spec.suspend', true)],
    failing: [has('status.stageStatus', 'failed')],
    current: [{ all: [has('status.stage', 'complete'), has('status.stageStatus', 'success')] }],
    otherwise: 'InProgress',
    message: ['status.lastMessage'],
  },
  'GrafanaDashboard.grafana.integreatly.org': synchronized('DashboardSynchronized'),
  'GrafanaDatasource.grafana.integreatly.org': synchronized('DatasourceSynchronized'),
  'GrafanaFolder.grafana.integreatly.org': synchronized('FolderSynchronized'),
};
