import type { IConstruct } from 'constructs';
import { nameOf, onlyPortOf } from './target.ts';

/** How a route uses a service. */
export interface RouteBackendOptions {
  /**
   * The port of the service.
   *
   * @default - its only one
   */
  readonly port?: number;

  /**
   * How many of the requests it gets, compared with the weights of the other backends. From 0 to 1,000,000.
   *
   * @default 1
   */
  readonly weight?: number;
}

/** How a route uses a service that is not in the program. */
export interface NamedRouteBackendOptions {
  /** The port of the service. */
  readonly port: number;

  /**
   * How many of the requests it gets, compared with the weights of the other backends. From 0 to 1,000,000.
   *
   * @default 1
   */
  readonly weight?: number;

  /**
   * The namespace of the service. In another than the route's, a ReferenceGrant must allow it.
   *
   * @default - that of the route
   */
  readonly namespace?: string;
}

/** Where a route sends requests. */
export class RouteBackend {
  /**
   * A service of the program.
   *
   * @param service An API object of kind Service, or a construct that has one.
   * @param options Its port and weight.
   */
  public static service(service: IConstruct, options: RouteBackendOptions = {}): RouteBackend {
    const { port, weight } = options;
    return new RouteBackend(weight, () => {
      const name = nameOf(service, 'Service');
      if (name.problem !== undefined) return name;
      const number = port === undefined ? onlyPortOf(service) : { found: port };
      return number.problem === undefined ? { name: name.found, port: number.found } : number;
    });
  }

  /**
   * A service that something else makes.
   *
   * @param name The service's name.
   * @param options Its port, weight and namespace.
   */
  public static named(name: string, options: NamedRouteBackendOptions): RouteBackend {
    const { port, weight, namespace } = options;
    return new RouteBackend(weight, () => ({ name, port, ...(namespace !== undefined && { namespace }) }));
  }

  private readonly weight: number | undefined;
  private readonly find: () => Backend | { readonly problem: string };

  private constructor(weight: number | undefined, find: () => Backend | { readonly problem: string }) {
    this.weight = weight;
    this.find = find;
  }

  /**
   * The reference, as Gateway API writes it.
   *
   * @internal
   */
  public _reference(): object | undefined {
    const found = this.find();
    return found.problem === undefined ? { ...found, weight: this.weight } : undefined;
  }

  /**
   * What Kubernetes would refuse in it.
   *
   * @internal
   */
  public _problem(): string | undefined {
    const { weight } = this;
    if (weight !== undefined && !(Number.isInteger(weight) && weight >= 0 && weight <= 1_000_000)) {
      return `the weight of a backend is ${weight}: it can be a whole number from 0 to 1000000`;
    }
    const found = this.find();
    if (found.problem !== undefined) return found.problem;
    const isPort = Number.isInteger(found.port) && found.port > 0 && found.port < 65_536;
    return isPort ? undefined : `the port of backend ${found.name} is ${found.port}`;
  }
}

interface Backend {
  readonly name: string;
  readonly port: number;
  readonly namespace?: string;
  readonly problem?: undefined;
}
