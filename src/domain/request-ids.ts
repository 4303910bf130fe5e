export interface RequestIds {
  /**
   * True the first time a system uses an id within the window, in the whole cluster; false from then on, also after a
   * restart. An id that was claimed stays used, whatever becomes of its exchange.
   */
  claim(system: string, requestId: string): Promise<boolean>;
}
