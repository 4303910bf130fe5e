export interface OneUseIds {
  /**
   * True the first time an id of an issuer is used, in the whole cluster; false from then on until `untilMs`
   * (milliseconds since the Unix epoch), also after a restart. It has to be refused for another reason from then on.
   */
  use(issuer: string, id: string, untilMs: number): Promise<boolean>;
}
