/** What is asked of the list of accounts, by RPC. It knows their names and nothing else. */
export interface RegistryApi {
  /** Does nothing where the name is there. */
  add(name: string): Promise<void>;
  /** Does nothing where the name is not there. */
  remove(name: string): Promise<void>;
  /** Some of the names, in their order, and how many there are in all. */
  page(slice: { limit: number; offset: number }): Promise<{ names: string[]; totalSize: number }>;
}
