/** An online shop in two environments. Render it with `truekeel synth --app examples/shop/main.ts --out DIR`. */
import { App, Cluster, Environment } from 'truekeel';
import { addShop } from './shop.ts';
import { PRODUCTION, STAGING } from './sizes.ts';

const app = new App();

const staging = new Environment(app, 'staging', { namespace: 'shop', cluster: Cluster.current() });
addShop(staging, STAGING);

const production = new Environment(app, 'production', {
  namespace: 'shop',
  cluster: Cluster.current(),
  promotesFrom: [staging],
});
addShop(production, PRODUCTION);

app.synth();
