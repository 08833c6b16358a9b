/** What differs between the environments. */
export interface Size {
  readonly host: string;
  /** Of each web service. */
  readonly replicas: { readonly least: number; readonly most: number };
  readonly workers: number;
  readonly cacheGibibytes: number;
  /** Whether the back office is open. */
  readonly backOffice: boolean;
}

export const STAGING: Size = {
  host: 'staging.shop.example.com',
  replicas: { least: 1, most: 2 },
  workers: 1,
  cacheGibibytes: 1,
  backOffice: true,
};

export const PRODUCTION: Size = {
  host: 'shop.example.com',
  replicas: { least: 3, most: 12 },
  workers: 4,
  cacheGibibytes: 8,
  backOffice: true,
};
