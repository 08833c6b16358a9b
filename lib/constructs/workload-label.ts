/** By which the pods of a Workload are selected, and nothing else is: no chart or tool sets it. Its value is the name. */
export const WORKLOAD_LABEL = 'truekeel.dev/workload';
