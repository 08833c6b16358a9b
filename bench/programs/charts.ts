/** A plain cdk8s program with a chart for each unit. */
import { App, Chart } from 'cdk8s';
import { addUnits, OBJECTS } from './units.ts';

const UNIT = 3;

const app = new App();
for (let left = OBJECTS, chart = 0; left > 0; left -= UNIT, chart += 1) {
  addUnits(new Chart(app, `unit-${chart}`, { namespace: 'units' }), Math.min(left, UNIT));
}
app.synth();
