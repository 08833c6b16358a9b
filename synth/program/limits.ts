export interface ChildOptions {
  /** What the program sees of the environment besides LANG, LC_ALL, TZ and NO_COLOR, which are fixed. */
  readonly environmentVariables: Readonly<Record<string, string>>;
  /** Ends the program after so long. Default: two minutes. */
  readonly timeoutMs: number;
  /** Ends the program above so much heap. Default: 2048. */
  readonly memoryMb: number;
  /** What the clock says to the program, in milliseconds since 1970: the source commit's date, say. */
  readonly time: number;
  /** Lets the program write, connect, start processes, see the clock, the environment and chance. For programs
   * of one's own that call `helm`, say; never for what others wrote. Default: false. */
  readonly unrestricted: boolean;
  readonly signal?: AbortSignal;
}

/** What a program may take. */
export type ProgramLimits = Partial<Pick<ChildOptions, 'timeoutMs' | 'memoryMb'>>;

export const DEFAULT_LIMITS: ChildOptions = {
  environmentVariables: {},
  timeoutMs: 120_000,
  memoryMb: 2048,
  // 1980-01-01: zip files know no earlier time.
  time: 315_532_800_000,
  unrestricted: false,
};

/** What Node writes when a program needs more memory than it may have. */
export const OUT_OF_MEMORY = /heap out of memory/;
