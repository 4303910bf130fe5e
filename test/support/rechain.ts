/** SQL: what a superuser can do and nobody else; no trigger sees what follows in the transaction. */
export const UNSEEN = 'set local session_replication_role = replica';

/** SQL: the leaf of an entry. */
export function leafOf(entry: string): string {
  return `sha256('\\x00'::bytea || convert_to(${entry}, 'UTF8'))`;
}

/** SQL: makes every index, leaf, link, the head and the tree fit what stands there now, as a patient forger would. */
export const RECHAIN = `
  do $$
  declare
    begun bytea := decode(repeat('00', 32), 'hex');
    running bytea := begun;
    item record;
    place bigint := 0;
    leaves bytea[] := '{}';
    grown record;
  begin
    for item in select * from ledger.entry order by index loop
      running := sha256(running || ${leafOf('item.entry')});
      update ledger.entry set leaf = ${leafOf('item.entry')}, chain = running, index = place where index = item.index;
      leaves := leaves || ${leafOf('item.entry')};
      place := place + 1;
    end loop;
    select * into grown from ledger.grow(0, begun, '', leaves);
    delete from ledger.tile;
    perform ledger.keep_tiles(grown.tile_levels, grown.tiles, grown.tile_roots);
    update ledger.head set chain = running, size = place, frontier = grown.grown, root = grown.root;
  end $$`;
