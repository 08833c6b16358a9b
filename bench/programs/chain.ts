/** A plain cdk8s program with a chart for each unit, each of which depends on the one before. */
import { App, Chart } from 'cdk8s';
import { addUnits, OBJECTS } from './units.ts';

const UNIT = 3;

const app = new App();
let before: Chart | undefined;
for (let left = OBJECTS, number = 0; left > 0; left -= UNIT, number += 1) {
  const chart = new Chart(app, `unit-${number}`, { namespace: 'units' });
  addUnits(chart, Math.min(left, UNIT));
  if (before) chart.addDependency(before);
  before = chart;
}
app.synth();
