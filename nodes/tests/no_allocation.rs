//! No processor allocates or frees on its lane.
//!
//! A counting allocator counts what the thread under test does while it is armed.

mod lane;

use lavalink_exec::{Format, Make};
use lavalink_nodes::registry::kinds;
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    static ARMED: Cell<bool> = const { Cell::new(false) };
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

/// The system's allocator, counted.
struct Counting;

fn count() {
    if ARMED.get() {
        COUNT.set(COUNT.get() + 1);
    }
}

// SAFETY: everything is passed on to the system's allocator; counting touches only `const` thread locals without a
// destructor, which do not allocate.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        count();
        // SAFETY: as above.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// What `work` allocates and frees.
fn allocations(work: impl FnOnce()) -> usize {
    COUNT.set(0);
    ARMED.set(true);
    work();
    ARMED.set(false);
    COUNT.get()
}

#[test]
fn the_counter_counts() {
    assert_eq!(allocations(|| drop(std::hint::black_box(Box::new(1)))), 2);
    assert_eq!(allocations(|| {}), 0);
}

#[test]
fn no_lane_kind_allocates() {
    let mut chance = lane::Chance(3);
    let format = Format { rate: 48_000, max_block: 480 };
    for kind in kinds().iter().copied().filter(|kind| matches!(kind.make, Make::Lane(_))) {
        for _ in 0..4 {
            let params = chance.params(kind);
            let mut old = lane::solo(&params);
            let mut node = lane::solo(&params);
            let noise = lane::noise(&mut chance, format.max_block);
            for round in 0..150 {
                let frames = chance.whole(1, format.max_block);
                let edit = chance.edit(kind);
                let count = allocations(|| {
                    if round == 10 {
                        node.processor().adopt(old.processor());
                    }
                    if let Some((index, value)) = edit.filter(|_| round % 4 == 0) {
                        node.processor().set(index, value);
                    }
                    if round == 100 {
                        node.processor().reset();
                    }
                    if round % 20 > 15 {
                        node.silence(frames);
                    } else {
                        node.block(frames, |_, block| {
                            block.left.copy_from_slice(&noise.left[..frames]);
                            block.right.copy_from_slice(&noise.right[..frames]);
                        });
                    }
                });
                assert_eq!(count, 0, "{}: {params:?}", kind.name);
                old.block(frames, |_, block| block.left.copy_from_slice(&noise.right[..frames]));
            }
        }
    }
}
