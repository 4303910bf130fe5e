// Checks a log that Shuqiao wrote, with golang.org/x/mod/sumdb: none of it is ours but what reads the files.
//
//	main FOLDER: vkey, checkpoint, older, proofs.json, tile/…, tile/entries/…
//
// It says "verified <size>" or what does not hold, and exits with 1.
package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const tileHeight = 8
const tileWidth = 1 << tileHeight

type proofs struct {
	Records []struct {
		Index  int64    `json:"index"`
		Hashes []string `json:"hashes"`
	} `json:"records"`
	Consistency []string `json:"consistency"`
}

func main() {
	folder := os.Args[1]
	size, err := check(folder)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Printf("verified %d\n", size)
}

func check(folder string) (int64, error) {
	tree, err := openCheckpoint(folder, "checkpoint")
	if err != nil {
		return 0, fmt.Errorf("checkpoint: %w", err)
	}
	older, err := openCheckpoint(folder, "older")
	if err != nil {
		return 0, fmt.Errorf("older checkpoint: %w", err)
	}
	leaves, stored, err := hashesOf(folder, tree)
	if err != nil {
		return 0, fmt.Errorf("entries: %w", err)
	}
	if err := checkTiles(folder, stored, tree); err != nil {
		return 0, fmt.Errorf("tiles: %w", err)
	}
	reader := tlog.TileHashReader(tree, &tiles{folder})
	if err := checkProofs(folder, reader, tree, older, leaves); err != nil {
		return 0, fmt.Errorf("proofs: %w", err)
	}
	return tree.N, nil
}

// A sumdb tree note has another first line: the three lines are read here.
func openCheckpoint(folder, name string) (tlog.Tree, error) {
	vkey, err := os.ReadFile(filepath.Join(folder, "vkey"))
	if err != nil {
		return tlog.Tree{}, err
	}
	verifier, err := note.NewVerifier(string(vkey))
	if err != nil {
		return tlog.Tree{}, err
	}
	message, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		return tlog.Tree{}, err
	}
	opened, err := note.Open(message, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() || lines[3] != "" {
		return tlog.Tree{}, fmt.Errorf("not three lines of this origin")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

// The hashes of the entries, and a reader of all that are made of them, the root among them.
func hashesOf(folder string, tree tlog.Tree) ([]tlog.Hash, tlog.HashReader, error) {
	var leaves, stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		hashes := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			hashes[i] = stored[index]
		}
		return hashes, nil
	})
	for n := int64(0); n*tileWidth < tree.N; n++ {
		width := min(tileWidth, tree.N-n*tileWidth)
		entries, err := readBundle(folder, n, width)
		if err != nil {
			return nil, nil, err
		}
		for _, entry := range entries {
			more, err := tlog.StoredHashes(int64(len(leaves)), entry, reader)
			if err != nil {
				return nil, nil, err
			}
			stored = append(stored, more...)
			leaves = append(leaves, tlog.RecordHash(entry))
		}
	}
	root, err := tlog.TreeHash(tree.N, reader)
	if err != nil {
		return nil, nil, err
	}
	if root != tree.Hash {
		return nil, nil, fmt.Errorf("another root than the checkpoint’s")
	}
	return leaves, reader, nil
}

func readBundle(folder string, n, width int64) ([][]byte, error) {
	path := tlog.Tile{H: tileHeight, L: 0, N: n, W: int(width)}.Path()
	bundle, err := os.ReadFile(filepath.Join(folder, strings.Replace(path, "tile/8/0/", "tile/entries/", 1)))
	if err != nil {
		return nil, err
	}
	var entries [][]byte
	for len(bundle) > 0 {
		if len(bundle) < 2 || len(bundle)-2 < int(binary.BigEndian.Uint16(bundle)) {
			return nil, fmt.Errorf("a bundle is cut off")
		}
		end := 2 + int(binary.BigEndian.Uint16(bundle))
		entries = append(entries, bundle[2:end])
		bundle = bundle[end:]
	}
	if int64(len(entries)) != width {
		return nil, fmt.Errorf("a bundle has not its width")
	}
	return entries, nil
}

// Each tile by itself: TileHashReader of 0.7.0 passes over some, where several of the root's subtrees are in one tile.
func checkTiles(folder string, stored tlog.HashReader, tree tlog.Tree) error {
	for _, tile := range tlog.NewTiles(tileHeight, 0, tree.N) {
		// Of partial tiles it names every width on the way.
		if last := int(tree.N >> (tileHeight * tile.L) % tileWidth); tile.W != tileWidth && tile.W != last {
			continue
		}
		want, err := tlog.ReadTileData(tile, stored)
		if err != nil {
			return err
		}
		given, err := (&tiles{folder}).ReadTiles([]tlog.Tile{tile})
		if err != nil {
			return err
		}
		if !bytes.Equal(given[0], want) {
			return fmt.Errorf("another %s", tile.Path())
		}
	}
	return nil
}

func checkProofs(folder string, reader tlog.HashReader, tree, older tlog.Tree, leaves []tlog.Hash) error {
	file, err := os.ReadFile(filepath.Join(folder, "proofs.json"))
	if err != nil {
		return err
	}
	var given proofs
	decoder := json.NewDecoder(bytes.NewReader(file))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&given); err != nil {
		return err
	}
	for _, record := range given.Records {
		proof, err := parseHashes(record.Hashes)
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, record.Index, leaves[record.Index]); err != nil {
			return err
		}
		own, err := tlog.ProveRecord(tree.N, record.Index, reader)
		if err != nil || !isSame(proof, own) {
			return fmt.Errorf("another proof for %d: %v", record.Index, err)
		}
	}
	consistency, err := parseHashes(given.Consistency)
	if err != nil {
		return err
	}
	if err := tlog.CheckTree(consistency, tree.N, tree.Hash, older.N, older.Hash); err != nil {
		return err
	}
	own, err := tlog.ProveTree(tree.N, older.N, reader)
	if err != nil || !isSame(consistency, own) {
		return fmt.Errorf("another proof from %d: %v", older.N, err)
	}
	return nil
}

func parseHashes(texts []string) ([]tlog.Hash, error) {
	var hashes []tlog.Hash
	for _, text := range texts {
		hash, err := tlog.ParseHash(text)
		if err != nil {
			return nil, err
		}
		hashes = append(hashes, hash)
	}
	return hashes, nil
}

func isSame(one, other []tlog.Hash) bool {
	if len(one) != len(other) {
		return false
	}
	for i := range one {
		if one[i] != other[i] {
			return false
		}
	}
	return true
}

func min(one, other int64) int64 {
	if one < other {
		return one
	}
	return other
}

// The tiles of a folder; sumdb has the height in their paths, and the C2SP format has not.
type tiles struct{ folder string }

func (t *tiles) Height() int { return tileHeight }

func (t *tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var data [][]byte
	for _, tile := range wanted {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		hashes, err := os.ReadFile(filepath.Join(t.folder, path))
		if err != nil {
			return nil, err
		}
		data = append(data, hashes)
	}
	return data, nil
}

func (t *tiles) SaveTiles([]tlog.Tile, [][]byte) {}
