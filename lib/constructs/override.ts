/** A change that an environment makes in what its applications render. */
export interface OverrideProps {
  /**
   * The field, as a JSON pointer: `/spec/replicas`,
   * `/spec/template/spec/containers/0/resources/requests/cpu`. Objects that do not have it stay as they are.
   */
  readonly path: string;

  /** The value that it gets. */
  readonly value: unknown;

  /** Why, as a text for people. */
  readonly reason: string;

  /**
   * The kind of the objects, such as `Deployment`.
   *
   * @default - all that have the field
   */
  readonly kind?: string;

  /**
   * The name of the objects.
   *
   * @default - all that have the field
   */
  readonly name?: string;

  /**
   * The application of the objects.
   *
   * @default - all applications of the environment
   */
  readonly application?: string;
}
