/* A day of shopping in the market of benchmarks/market.toml, as a C programmer would write it for that market alone:
   shelves in stores and parcels, stock seen from home, no tax, no queues, everybody aware of parcels.
   The layouts of `struct market` and `struct need` come from layout.h, written from the arrays the kernel gets. */

#include <math.h>
#include <stdint.h>
#include "layout.h"

enum { STORE = 0, PARCEL = 3, CHANNELS = 5 };
enum { OUT_OF_STOCK = 1, NOT_STOCKED, TOO_FAR, TOO_SLOW, TOO_DEAR, WAITING };
enum { NEED = 1, ORDER, SHOCK, LEAVE };
enum { MOST_OFFERS = 256 };
static const uint64_t GOLDEN = 0x9E3779B97F4A7C15u;

static inline uint64_t mix(uint64_t value)
{
    value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9u;
    value = (value ^ value >> 27) * 0x94D049BB133111EBu;
    return value ^ value >> 31;
}

static inline uint64_t draw(uint64_t key, uint64_t index) { return mix(key + index * GOLDEN); }

static uint64_t stream(uint64_t seed, uint64_t purpose, uint64_t day)
{
    return draw(draw(draw(GOLDEN, seed), purpose), day);
}

static inline double uniform(uint64_t bits) { return (double)(int64_t)(bits >> 11 | 1) * 0x1p-53; }

static int64_t below(uint64_t bits, uint64_t n) { return (int64_t)((unsigned __int128)bits * n >> 64); }

static inline double shock(const struct market *m, uint64_t bits) { return m->scale * m->gumbel[bits >> 48]; }

static void visiting_order(const struct market *m, int64_t day, int64_t *stride, int64_t *offset)
{
    uint64_t key = stream(m->seed, ORDER, day);
    *offset = below(draw(key, 0), m->customers);
    for (uint64_t attempt = 1;; attempt++) {
        *stride = 1 + below(draw(key, attempt), m->customers > 1 ? m->customers - 1 : 1);
        int64_t a = *stride, b = m->customers;
        while (b) {
            int64_t rest = a % b;
            a = b;
            b = rest;
        }
        if (a == 1)
            return;
    }
}

struct offer {
    double worth, km, days, hassle;
    int64_t identity, product, store, price, fee;
};

/* What going one way costs is part of the worth; a customer sees from home which shelves are empty. */
static int list_offers(const struct market *m, int64_t customer, uint64_t key, struct offer *offers)
{
    int count = 0;
    int64_t taste = m->people[customer].taste, town = m->people[customer].town;
    double worth = m->people[customer].worth, travel = m->people[customer].travel_cost;
    double hassle = m->people[customer].hassle * (1.0 - m->trust[customer]);
    double wait = m->parcel_days[town];
    for (int64_t rank = 0; rank < m->breadth; rank++) {
        int64_t product = m->considered[taste * m->breadth + rank];
        double gross = m->quality[product] - m->people[customer].mismatch_cost * m->mismatch[taste * m->breadth + rank];
        for (int64_t near = 0; near < m->reach; near++) {
            int64_t store = m->people[customer].nearest[near];
            if (store < 0)
                break;
            if (!m->offered[store * m->products + product])
                continue;
            struct offer *o = &offers[count++];
            o->identity = (product * (m->stores + 1) + store + 1) * CHANNELS + STORE;
            o->product = product;
            o->store = store;
            o->price = m->list_price[store * m->products + product];
            o->fee = 0;
            o->km = m->people[customer].km[near];
            o->days = o->hassle = 0.0;
            o->worth = worth + gross - o->price - travel * 2.0 * o->km + shock(m, draw(key, o->identity));
        }
        struct offer *o = &offers[count++];
        o->identity = product * (m->stores + 1) * CHANNELS + PARCEL;
        o->product = product;
        o->store = -1;
        o->price = m->direct_price[product];
        o->fee = m->parcel_charge[product];
        o->km = 0.0;
        o->days = wait;
        o->hassle = hassle;
        o->worth = worth + gross - o->price - o->fee - m->people[customer].waiting_cost * wait - hassle +
                   shock(m, draw(key, o->identity));
    }
    return count;
}

static inline int64_t node_of(const struct market *m, const struct offer *o)
{
    return o->store < 0 ? 0 : m->first_node + o->store;
}

static inline int available(const struct market *m, const struct offer *o)
{
    int64_t cell = node_of(m, o) * m->products + o->product;
    return o->store < 0 || m->units[cell] - m->reserved[cell] > 0;
}

static int best_of(const struct market *m, const struct offer *offers, int count, double leave, int look)
{
    int best = -1;
    double most = leave;
    for (int i = 0; i < count; i++) {
        double worth = offers[i].worth;
        if (worth < most || (worth == most && best >= 0 && offers[i].identity > offers[best].identity))
            continue;
        if (look && !available(m, &offers[i]))
            continue;
        best = i;
        most = worth;
    }
    return best;
}

/* The first hindrance whose removal alone would have made the customer buy. */
static int64_t reason(const struct market *m, int64_t customer, uint64_t key, const struct offer *offers, int count,
                      double leave)
{
    int64_t taste = m->people[customer].taste, store = m->people[customer].nearest[0];
    double trip = m->people[customer].travel_cost * 2.0;
    for (int64_t rank = 0; store >= 0 && rank < m->breadth; rank++) {
        int64_t product = m->considered[taste * m->breadth + rank];
        int64_t price = m->lowest_price[product];
        int64_t identity = (product * (m->stores + 1) + store + 1) * CHANNELS + STORE;
        if (price < 0)
            continue;
        double worth = m->people[customer].worth + m->quality[product] -
                       m->people[customer].mismatch_cost * m->mismatch[taste * m->breadth + rank] - price -
                       trip * m->people[customer].km[0] + shock(m, draw(key, identity));
        if (worth >= leave)
            return NOT_STOCKED;
    }
    for (int i = 0; i < count; i++)
        if (offers[i].worth + trip * offers[i].km >= leave)
            return TOO_FAR;
    for (int i = 0; i < count; i++)
        if (offers[i].worth + m->people[customer].waiting_cost * offers[i].days >= leave)
            return TOO_SLOW;
    return TOO_DEAR;
}

static void shop(const struct market *m, int64_t day, int64_t number, int64_t customer, uint64_t shocks,
                 uint64_t leaving)
{
    struct offer offers[MOST_OFFERS];
    struct need need = {.day = day, .customer = customer, .first_choice = -1, .first_store = -1, .product = -1,
                        .place = -1, .at_store = -1, .seller = -1, .first_channel = -1, .channel = -1,
                        .result = WAITING, .quoted_days = NAN, .transit = NAN, .days = NAN};
    uint64_t key = draw(shocks, customer);
    need.outside_option = shock(m, draw(leaving, customer));
    int count = list_offers(m, customer, key, offers);
    int choice = best_of(m, offers, count, need.outside_option, 0);
    if (choice >= 0) {
        const struct offer *first = &offers[choice];
        need.first_choice = first->product;
        need.first_store = first->store;
        need.first_channel = first->store < 0 ? PARCEL : STORE;
        if (!available(m, first)) {
            need.first_empty = 1;
            m->demand[node_of(m, first) * m->products + first->product]++;
            choice = best_of(m, offers, count, need.outside_option, 1);
        }
    }
    if (choice >= 0) {
        const struct offer *o = &offers[choice];
        int64_t cell = node_of(m, o) * m->products + o->product;
        double trip = m->people[customer].travel_cost * 2.0;
        need.product = o->product;
        need.channel = o->store < 0 ? PARCEL : STORE;
        need.at_store = o->store;
        need.price = o->price;
        need.fee = o->fee;
        need.km = o->km;
        need.quoted_days = need.transit = o->days;
        need.shopping_cost = trip * o->km + m->people[customer].waiting_cost * o->days + o->hassle;
        need.utility = o->worth;
        need.place = node_of(m, o);
        need.seller = m->owner[cell];
        m->reserved[cell]++;
        m->demand[cell]++;
        m->basket[m->in_basket[0]++] = number;
    } else
        need.result = need.first_choice >= 0 ? OUT_OF_STOCK : reason(m, customer, key, offers, count, need.outside_option);
    m->needs[number] = need;
}

static void fetch(const struct market *m, int64_t customer)
{
    __builtin_prefetch(&m->people[customer]);
    __builtin_prefetch((const char *)(&m->people[customer] + 1) - 1);
    __builtin_prefetch(&m->trust[customer]);
}

/* Who needs something is found first, so that what is known of them can be fetched while others shop. */
void customers_shop(const struct market *m, int64_t day, double multiplier)
{
    enum { AHEAD = 4 };
    int64_t stride, customer, first = m->used[0], end = first;
    uint64_t needing = stream(m->seed, NEED, day), shocks = stream(m->seed, SHOCK, day);
    uint64_t leaving = stream(m->seed, LEAVE, day);
    m->in_basket[0] = 0;
    visiting_order(m, day, &stride, &customer);
    for (int64_t visit = 0; visit < m->customers; visit++) {
        if (uniform(draw(needing, customer)) < m->need_rate[customer] * multiplier)
            m->queue[end++ - first] = customer;
        customer += stride;
        if (customer >= m->customers)
            customer -= m->customers;
    }
    for (int64_t number = first; number < end; number++) {
        if (number + AHEAD < end)
            fetch(m, m->queue[number + AHEAD - first]);
        shop(m, day, number, m->queue[number - first], shocks, leaving);
    }
    m->used[0] = end;
}
